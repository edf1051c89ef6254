import { isFault, type Layer } from '../../cause/cause.ts'
import type { Report } from '../../report/report.ts'
import { CAUSES, endingText } from '../sentences.ts'

type Hop = Exclude<Layer, 'unknown'>
const HOP_ORDER: readonly Hop[] = ['client', 'edge', 'nginx', 'upstream']

export interface HopLoss {
  readonly layer: Hop
  /** Sessions that were cut there, and handshakes that failed there. */
  readonly cut: number
  readonly failed: number
  /** Of all handshakes, 0..1. */
  readonly share: number
  /** Why, the most frequent first. */
  readonly causes: readonly { readonly text: string; readonly count: number }[]
}

/** What became of all handshakes on their way: lost at a hop, ended as they should, or not known. */
export interface PathLosses {
  readonly attempts: number
  readonly hops: readonly HopLoss[]
  /** Sessions that ended in order, or at a planned age. */
  readonly orderly: number
  /** Sessions of which nobody can say how they ended, and handshakes that failed for no known reason. */
  readonly unknownEnds: number
  readonly unknownFailures: number
}

export const pathLosses = ({ handshakes: { attempts, failures }, endings }: Report): PathLosses => {
  const sum = <T>(rows: readonly T[], of: (row: T) => number): number => rows.reduce((all, row) => all + of(row), 0)
  const isLoss = ({ cause, layer }: Report['endings'][number]): boolean => isFault(cause) && layer !== 'unknown'
  const isOrderly = ({ cause, confidence }: Report['endings'][number]): boolean => cause === 'lifetime-limit' || (cause === 'closed' && confidence !== 'guess')
  const hops = HOP_ORDER.map((layer): HopLoss => {
    const cuts = endings.filter((ending) => ending.layer === layer && isLoss(ending))
    const failed = failures.filter((failure) => failure.layer === layer)
    const causes = new Map<string, number>()
    for (const ending of cuts) causes.set(endingText(ending), (causes.get(endingText(ending)) ?? 0) + ending.sessions)
    for (const { cause, count } of failed) causes.set(CAUSES[cause], (causes.get(CAUSES[cause]) ?? 0) + count)
    const cut = sum(cuts, ({ sessions }) => sessions)
    const failedCount = sum(failed, ({ count }) => count)
    return { layer, cut, failed: failedCount, share: attempts === 0 ? 0 : (cut + failedCount) / attempts, causes: [...causes].map(([text, count]) => ({ text, count })).sort((a, b) => b.count - a.count) }
  })
  return {
    attempts,
    hops,
    orderly: sum(endings.filter(isOrderly), ({ sessions }) => sessions),
    unknownEnds: sum(endings.filter((ending) => !isOrderly(ending) && !isLoss(ending)), ({ sessions }) => sessions),
    unknownFailures: sum(failures.filter(({ layer }) => layer === 'unknown'), ({ count }) => count),
  }
}
