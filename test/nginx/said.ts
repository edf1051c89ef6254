import { wslog } from '../helpers/cli.ts'
import { confusionOf, confusionTable, LEVELS, type Confusion, type Level, type Said } from './confusion.ts'
import type { Cause } from './farm-options.ts'

/** The logs of a farm, by what each level of evidence is given. */
export interface FarmLogs {
  readonly ws: string
  readonly rich: string
  readonly infoErrors: string
  readonly warnErrors: string
}

const argumentsOf = (logs: FarmLogs): Record<Level, string[]> => ({
  'ws_plus+info': [logs.rich, '-e', logs.infoErrors],
  'ws+info': [logs.ws, '-e', logs.infoErrors],
  'ws+warn': [logs.ws, '-e', logs.warnErrors],
  ws: [logs.ws],
})

/** What `wslog sessions` says of every request that bears an id. The program must not look at it; we do. */
const saidOf = async (args: readonly string[]): Promise<Said[]> => {
  const { code, stdout, stderr } = await wslog(['sessions', ...args, '--keep-query'])
  if (code !== 0) throw new Error(`wslog sessions ended with ${code}: ${stderr.slice(0, 500)}`)
  return stdout.split('\n').filter((line) => line !== '').map((line) => {
    const { query, path, cause } = JSON.parse(line) as { query?: string | null; path?: string | null; cause: string }
    return { id: /(?:^|[?&])id=([^&]+)/.exec(query ?? path ?? '')?.[1] ?? '', cause }
  })
}

/** Runs the program at the four levels of evidence; gives each comparison, and all of them as text. */
export const compareLevels = async (truth: ReadonlyMap<string, Cause>, logs: FarmLogs): Promise<{ byLevel: Record<Level, Confusion>; text: string }> => {
  const args = argumentsOf(logs)
  const found = await Promise.all(LEVELS.map(async (level) => [level, confusionOf(truth, await saidOf(args[level]), level)] as const))
  return {
    byLevel: Object.fromEntries(found) as Record<Level, Confusion>,
    text: found.map(([level, confusion]) => confusionTable(confusion, level)).join('\n\n'),
  }
}

/** What is asked for at each level: the share that is right, and the precision of faults. */
export const WANTED: Readonly<Record<Level, { readonly exact: number; readonly precision: number }>> = {
  'ws_plus+info': { exact: 0.995, precision: 0.99 },
  'ws+info': { exact: 0.99, precision: 0.99 },
  'ws+warn': { exact: 0.95, precision: 0.99 },
  ws: { exact: 0.9, precision: 0.99 },
}
