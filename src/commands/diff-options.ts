import { FixedOffsetZone, type Zone } from 'luxon'
import { WslogError } from '../errors.ts'
import { type DiffFileKind, diffKindOfFile } from './diff-output.ts'
import type { TypedDiffOptions } from './options.ts'
import { MAX_WIDTH, type Surroundings } from './resolve-options.ts'
import { parseZone } from './time-option.ts'

/** Options with every default in place. */
export interface ResolvedDiffOptions {
  readonly before: string
  readonly after: string
  readonly format: 'terminal' | 'json' | 'nothing'
  readonly outputs: readonly { readonly path: string; readonly kind: DiffFileKind }[]
  readonly failsOnWorse: boolean
  /** The zone of `--tz`; undefined: the second report's own. */
  readonly zone: Zone | undefined
  readonly isColoured: boolean
  readonly isQuiet: boolean
  /** The comparison goes to somebody who may not read more than ASCII. */
  readonly isAscii: boolean
  readonly width: number
}

const DEFAULT_WIDTH = 80

/** @throws WslogError `usage` */
export const resolveDiffOptions = ({ before, after }: { readonly before: string; readonly after: string }, typed: TypedDiffOptions, around: Surroundings): ResolvedDiffOptions => {
  if (before === '-' && after === '-') throw new WslogError('usage', 'both reports are "-": only one can come from standard input')
  for (const text of typed.failOn) if (text !== 'worse') throw new WslogError('usage', `--fail-on ${JSON.stringify(text)}: wslog diff knows only --fail-on worse; conditions on one report belong to wslog analyze`)
  return {
    before,
    after,
    format: typed.json === true ? 'json' : typed.quiet === true ? 'nothing' : 'terminal',
    outputs: typed.output.map((path) => ({ path, kind: diffKindOfFile(path) })),
    failsOnWorse: typed.failOn.length > 0,
    zone: typed.tz === undefined ? undefined : parseZone(typed.tz),
    isColoured: typed.color && around.isOutputTerminal && !around.hasNoColor,
    isQuiet: typed.quiet === true,
    isAscii: !around.isOutputTerminal && !/utf-?8/i.test(around.locale),
    width: Math.min(MAX_WIDTH, Math.max(DEFAULT_WIDTH, around.columns ?? DEFAULT_WIDTH)),
  }
}

/** The zone that a report names; UTC where it names none that is known here. */
export const zoneOfReport = (name: string): Zone => {
  try {
    return parseZone(name)
  } catch {
    return FixedOffsetZone.utcInstance
  }
}
