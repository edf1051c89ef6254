import { describe, expect, it } from 'vitest'
import type { SampledHandshake } from '../../src/aggregate/handshake-sample.ts'
import { failureVerdict } from '../../src/cause/verdict.ts'
import { plainPathOf } from '../../src/diagnose/fixes.ts'
import { commonFolder, whereOf } from '../../src/diagnose/where.ts'

const at = (path: string): SampledHandshake => ({
  key: 0, status: 403, endedAtMs: 0, startedAtMs: 0, durationMs: 0, bytesToClient: 0, client: 'c', host: 'h', path, upstream: '', userAgent: '', tries: 1, isComplete: undefined,
  verdict: failureVerdict('forbidden', 'upstream', 'likely'), isExplained: false,
})
const rooms = Array.from({ length: 20 }, (_, room) => at(`/ws/room/${room}`))

describe('where handshakes failed', () => {
  it.each([
    ['at one path', [at('/ws'), at('/ws')], 'at /ws', '/ws'],
    ['half at one path', [at('/ws'), at('/ws'), at('/a'), at('/b')], 'at /ws', '/ws'],
    ['in rooms, none of them half of all', rooms, 'under /ws/room/', '/ws/room/'],
    ['in rooms with a query that was kept', [at('/ws/1?x=/a'), at('/ws/2?y'), at('/ws/3?x=/a/')], 'under /ws/', '/ws/'],
    ['all over the place', [at('/a'), at('/b'), at('/c')], 'at several paths', '/a'],
    ['at no path that is known', [at(''), at('')], '', '/ws/'],
    ['nowhere', [], '', '/ws/'],
  ])('%s', (_, rows, where, location) => {
    expect(whereOf(rows)).toBe(where)
    expect(plainPathOf(rows)).toBe(location)
  })

  it.each([
    [['/a/b/c', '/a/b/d', '/a/b'], '/a/'],
    [['/a/b/', '/a/b/c'], '/a/b/'],
    [['/a', '/b'], '/'],
    [['a', 'b'], ''],
    [[], ''],
  ])('%j lie in %j', (paths, folder) => expect(commonFolder(paths)).toBe(folder))
})
