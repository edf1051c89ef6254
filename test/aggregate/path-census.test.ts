import { describe, expect, it } from 'vitest'
import { PathCensus } from '../../src/aggregate/path-census.ts'
import { isUnder } from '../../src/session/handshake-rule.ts'

/** `101 /a/b` and `200 /a/b`: so many of each; anything but 101 and 200 is only a line. */
const censusOf = (lines: readonly (readonly [status: number, path: string, times?: number])[]): PathCensus => {
  const census = new PathCensus()
  for (const [status, path, count = 1] of lines) {
    census.lines += count
    if (status === 101) {
      census.switched += count
      census.addSwitched(path, count)
    } else if (status === 200) census.addPlainAnswer(path, count)
  }
  return census
}

describe('PathCensus', () => {
  it.each([
    ['nothing at all', [], 'paths'],
    ['plain pages only', [[200, '/', 10]], 'paths'],
    ['just under half 101', [[101, '/ws', 9], [200, '/', 10]], 'paths'],
    ['exactly half 101', [[101, '/ws', 10], [200, '/', 10]], 'own-log'],
    ['half 101, the rest failures', [[101, '/ws', 10], [502, '/ws', 10]], 'own-log'],
    ['101 only', [[101, '/ws']], 'own-log'],
  ] as const)('of %s says %3$s', (_, lines, kind) => {
    expect(censusOf(lines).rule().kind).toBe(kind)
  })

  it.each([
    ['a path that had a 101 stands for itself at the root', [[101, '/stream']], ['/stream']],
    ['and for its folder when nothing else is served there', [[101, '/live/room1']], ['/live/']],
    ['for the highest such folder', [[101, '/app/live/room1'], [101, '/app/live/room2']], ['/app/']],
    ['not for a folder with more plain answers than 101s', [[101, '/app/live/room1'], [200, '/app/index.html', 2]], ['/app/live/']],
    ['but for one with as many', [[101, '/app/live/room1'], [200, '/app/index.html']], ['/app/']],
    ['for itself when every folder above it serves pages', [[101, '/api/events'], [200, '/api/users', 5]], ['/api/events']],
    ['plain answers below a folder speak against it too', [[101, '/a/ws1'], [200, '/a/b/c/page', 2]], ['/a/ws1']],
    ['failures speak against no folder', [[101, '/live/room1'], [502, '/live/room2', 50], [404, '/live/x', 50]], ['/live/']],
    ['awkward names are names', [[101, '/__proto__/constructor'], [101, '/constructor']], ['/__proto__/', '/constructor']],
  ] as const)('%s', (_, lines, prefixes) => {
    const rule = censusOf([...lines, [200, '/', 1000]]).rule()
    expect(rule.kind === 'paths' && [...rule.prefixes].sort()).toEqual(prefixes)
  })

  it('never takes the root for a folder of sockets', () => {
    const rule = censusOf([[101, '/a'], [101, '/b'], [404, '/c', 100]]).rule()
    expect(rule).toEqual({ kind: 'paths', prefixes: new Set(['/a', '/b']) })
    expect(rule.kind === 'paths' && isUnder('/c', rule.prefixes)).toBe(false)
  })

  it('counts paths without a name for nothing', () => {
    const census = censusOf([[101, '', 5], [200, '/', 100]])
    expect(census.rule()).toEqual({ kind: 'paths', prefixes: new Set() })
    expect(census.toJSON().switchedPaths).toEqual([])
  })

  it.each(['/socket.io/', '/app/engine.io/'])('leaves out %s: its query tells, never its path', (path) => {
    expect(censusOf([[101, path, 5], [200, '/', 100]]).toJSON()).toMatchObject({ lines: 105, switched: 5, switchedPaths: [] })
  })

  it('is bounded: beyond 16,384 paths the others count for nothing', () => {
    const census = new PathCensus()
    for (let index = 0; index < 20_000; index++) {
      census.addSwitched(`/scan/${index}`, 1)
      census.addPlainAnswer(`/plain/${index}/page`, 1)
    }
    const { switchedPaths, plainFolders } = census.toJSON()
    expect([switchedPaths.length, plainFolders.length]).toEqual([16_384, 16_384])
  })
})
