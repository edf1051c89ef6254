/** What V8 writes with `--cpu-prof`: the tree of calls, which node was on top at each sample, and µs from one sample to the next. */
export interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly endTime: number
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string }
  readonly children?: readonly number[]
}

export const GARBAGE = 'garbage collection'
export const PACKAGES = 'packages'
export const NODE = 'Node itself'
const IDLE = '(idle)'

/**
 * Time by stage in µs, of one thread. A sample belongs to the folder of `dist/` that its function stands in (a file beside
 * the folders: its name). What Node does on its behalf, and code that was made at run time, belong to the next
 * function above that has one. Without such: to the packages, or to Node itself. Idle time is left out.
 */
export const timeByStage = (profile: CpuProfile): Map<string, number> => {
  const stageOf = stagesOf(profile.nodes)
  const times = new Map<string, number>()
  let at = profile.startTime
  const starts = profile.timeDeltas.map((delta) => (at += delta))
  for (const [index, id] of profile.samples.entries()) {
    const stage = stageOf.get(id)
    // V8 may give a sample a time before that of the last one.
    const spent = Math.max(0, (starts[index + 1] ?? profile.endTime) - starts[index]!)
    if (stage !== undefined && stage !== IDLE) times.set(stage, (times.get(stage) ?? 0) + spent)
  }
  return times
}

/** Shares of the time of all threads together, the greatest first. */
export const stageShares = (profiles: readonly CpuProfile[]): { readonly stage: string; readonly share: number }[] => {
  const total = new Map<string, number>()
  for (const profile of profiles) for (const [stage, time] of timeByStage(profile)) total.set(stage, (total.get(stage) ?? 0) + time)
  const sum = [...total.values()].reduce((sum, time) => sum + time, 0)
  return [...total].map(([stage, time]) => ({ stage, share: time / sum })).sort((a, b) => b.share - a.share)
}

const stagesOf = (nodes: readonly ProfileNode[]): Map<number, string> => {
  const byId = new Map(nodes.map((node) => [node.id, node]))
  const isChild = new Set(nodes.flatMap(({ children = [] }) => children))
  const stages = new Map<number, string>()
  const waiting = nodes.filter(({ id }) => !isChild.has(id)).map((node) => ({ node, above: NODE }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, above } = next
    const stage = ownStage(node) ?? (node.callFrame.url.includes('/node_modules/') && above === NODE ? PACKAGES : above)
    stages.set(node.id, stage)
    for (const id of node.children ?? []) waiting.push({ node: byId.get(id)!, above: stage })
  }
  return stages
}

const ownStage = ({ callFrame: { functionName, url } }: ProfileNode): string | undefined => {
  if (functionName === '(garbage collector)') return GARBAGE
  if (functionName === IDLE) return IDLE
  return url.includes('/node_modules/') ? undefined : /\/dist\/([^/]+?)(?:\.js$|\/)/.exec(url)?.[1]
}
