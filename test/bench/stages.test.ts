import { describe, expect, it } from 'vitest'
import { type CpuProfile, GARBAGE, NODE, PACKAGES, stageShares, timeByStage } from './stages.ts'

const SRC = 'file:///srv/wslog/dist/'

/** A profile of a tree: each node its function, its file, and those it calls; a sample of 10 µs at each id. */
const profile = (nodes: readonly [functionName: string, url: string, children?: number[]][], samples: readonly number[]): CpuProfile => ({
  nodes: nodes.map(([functionName, url, children = []], index) => ({ id: index + 1, callFrame: { functionName, url }, children })),
  startTime: 1000,
  endTime: 1000 + samples.length * 10,
  samples,
  timeDeltas: samples.map((_, index) => (index === 0 ? 0 : 10)),
})

const stageOf = (...path: readonly [functionName: string, url: string][]): string | undefined => {
  const nodes = [['(root)', ''] as const, ...path].map(([name, url], index): [string, string, number[]] => [name, url, index < path.length ? [index + 2] : []])
  return [...timeByStage(profile(nodes, [nodes.length])).keys()][0]
}

describe('timeByStage', () => {
  it.each<[string, readonly [string, string][], string | undefined]>([
    ['the folder of the function', [['add', `${SRC}aggregate/timeline.js`]], 'aggregate'],
    ['the outermost folder', [['page', `${SRC}render/html/page.js`]], 'render'],
    ['a file beside the folders by its name', [['analyze', `${SRC}pipeline.js`]], 'pipeline'],
    ['the callee, not the caller', [['read', `${SRC}run/read-parts.js`], ['parse', `${SRC}log-format/text-parser.js`]], 'log-format'],
    ['what Node does for a function', [['take', `${SRC}input/line-blocks.js`], ['read', 'node:fs'], ['binding', '']], 'input'],
    ['code made at run time', [['parse', `${SRC}log-format/text-parser.js`], ['', '']], 'log-format'],
    ['a package on behalf of a function', [['table', `${SRC}render/terminal/table.js`], ['draw', 'file:///srv/wslog/node_modules/cli-table3/src/table.js']], 'render'],
    ['wslog as a package of another', [['main', 'file:///srv/node_modules/other/dist/main.js']], PACKAGES],
    ['a package on its own account', [['', 'file:///srv/wslog/node_modules/luxon/src/luxon.js'], ['push', '']], PACKAGES],
    ['loading of modules', [['link', 'node:internal/modules/esm/module_job']], NODE],
    ['native code on nobody\'s account', [['(program)', '']], NODE],
    ['garbage, whoever made it', [['add', `${SRC}session/names.js`], ['(garbage collector)', '']], GARBAGE],
    ['no idle time', [['(idle)', '']], undefined],
  ])('counts %s', (_, path, stage) => {
    expect(stageOf(...path)).toBe(stage)
  })

  it('gives a sample the time until the next, the last one until the end', () => {
    const nodes: [string, string, number[]?][] = [['(root)', '', [2, 3]], ['a', `${SRC}input/a.js`], ['b', `${SRC}session/b.js`]]
    const times = timeByStage({ ...profile(nodes, [2, 3, 2]), timeDeltas: [5, 20, 30], startTime: 0, endTime: 100 })
    expect(Object.fromEntries(times)).toEqual({ input: 20 + 45, session: 30 })
  })

  it('takes no time back where a sample comes before the last', () => {
    const nodes: [string, string, number[]?][] = [['(root)', '', [2, 3]], ['a', `${SRC}input/a.js`], ['b', `${SRC}session/b.js`]]
    const times = timeByStage({ ...profile(nodes, [2, 3]), timeDeltas: [10, -5], startTime: 0, endTime: 10 })
    expect(Object.fromEntries(times)).toEqual({ input: 0, session: 5 })
  })
})

describe('stageShares', () => {
  it('adds the threads up, without their idle time', () => {
    const nodes: [string, string, number[]?][] = [['(root)', '', [2, 3, 4]], ['a', `${SRC}input/a.js`], ['b', `${SRC}session/b.js`], ['(idle)', '']]
    expect(stageShares([profile(nodes, [2, 4, 4, 4]), profile(nodes, [3, 3, 3])])).toEqual([
      { stage: 'session', share: 0.75 },
      { stage: 'input', share: 0.25 },
    ])
  })
})
