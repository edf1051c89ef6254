import { describe, expect, it } from 'vitest'
import { PathCensus } from '../../src/aggregate/path-census.ts'
import { isUnder } from '../../src/session/handshake-rule.ts'

/** `101 /a/b` and `200 /a/b`: so many of each; any other status says nothing about a path. */
const censusOf = (lines: readonly (readonly [status: number, path: string, times?: number])[]): PathCensus => {
  const census = new PathCensus()
  for (const [status, path, count = 1] of lines) {
    if (status === 101) census.addSwitched(path, count)
    else if (status === 200) census.addPlainAnswer(path, count)
  }
  return census
}

describe('PathCensus', () => {
  it.each([
    ['a path that had a 101 stands for itself at the root', [[101, '/stream']], ['/stream']],
    ['and for its folder when nothing else is served there', [[101, '/live/room1']], ['/live/']],
    ['for the highest such folder', [[101, '/app/live/room1'], [101, '/app/live/room2']], ['/app/']],
    ['not for a folder with more plain answers than 101s', [[101, '/app/live/room1'], [200, '/app/index.html', 2]], ['/app/live/']],
    ['for one with a fourth as many', [[101, '/app/live/room1', 4], [200, '/app/index.html']], ['/app/']],
    ['not for one with more', [[101, '/app/live/room1', 3], [200, '/app/index.html']], ['/app/live/']],
    ['but for one with hardly any', [[101, '/app/live/room1', 20], [200, '/app/index.html']], ['/app/']],
    ['for itself when every folder above it serves pages', [[101, '/api/events'], [200, '/api/users', 5]], ['/api/events']],
    ['plain answers below a folder speak against it too', [[101, '/a/ws1'], [200, '/a/b/c/page', 2]], ['/a/ws1']],
    ['failures speak against no folder', [[101, '/live/room1'], [502, '/live/room2', 50], [404, '/live/x', 50]], ['/live/']],
    ['awkward names are names', [[101, '/__proto__/constructor'], [101, '/constructor']], ['/__proto__/', '/constructor']],
  ] as const)('%s', (_, lines, prefixes) => {
    expect([...censusOf([...lines, [200, '/', 1000]]).prefixes()].sort()).toEqual(prefixes)
  })

  it('never takes the root for a folder of sockets', () => {
    const prefixes = censusOf([[101, '/a'], [101, '/b'], [404, '/c', 100]]).prefixes()
    expect(prefixes).toEqual(new Set(['/a', '/b']))
    expect(isUnder('/c', prefixes)).toBe(false)
  })

  it('counts paths without a name for nothing', () => {
    const census = censusOf([[101, '', 5], [200, '/', 100]])
    expect(census.prefixes()).toEqual(new Set())
    expect(census.toJSON().switchedPaths).toEqual([])
  })

  it.each(['/socket.io/', '/app/engine.io/'])('leaves out %s: its query tells, never its path', (path) => {
    expect(censusOf([[101, path, 5], [200, '/', 100]]).toJSON()).toMatchObject({ switchedPaths: [] })
  })

  it('is bounded: beyond 65,536 paths the others count for nothing', () => {
    const census = new PathCensus()
    for (let index = 0; index < 66_000; index++) {
      census.addSwitched(`/scan/${index}`, 1)
      census.addPlainAnswer(`/plain/${index}/page`, 1)
    }
    const { switchedPaths, plainFolders } = census.toJSON()
    expect([switchedPaths.length, plainFolders.length]).toEqual([65_536, 65_536])
  })
})

it('stands in JSON in the order of names, and adds up when merged', () => {
  const [one, other] = [censusOf([[101, '/b'], [101, '/a', 2], [200, '/y/1'], [200, '/x/1', 3]]), censusOf([[101, '/a', 5], [200, '/x/2']])]
  one.merge(PathCensus.fromJSON(JSON.parse(JSON.stringify(other)) as ReturnType<PathCensus['toJSON']>))
  expect(one.toJSON()).toEqual({ switchedPaths: [['/a', 7], ['/b', 1]], plainFolders: [['/x/', 4], ['/y/', 1]] })
})
