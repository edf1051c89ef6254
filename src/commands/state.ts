import { keptOf } from '../history/kept.ts'
import { describeState } from '../history/describe.ts'
import { renderJson } from '../render/json.ts'
import { renderState } from '../render/state.ts'
import type { StateDescription } from '../report/state-description.ts'
import { readState } from '../state/read-state.ts'
import { WslogError } from '../errors.ts'
import { reportFrom, zoneOf } from './report-from.ts'
import { EXIT } from './exit.ts'
import type { Streams } from './streams.ts'

const ALL = { fromMs: Number.NEGATIVE_INFINITY, toMs: Number.POSITIVE_INFINITY }

/** `wslog state`: what a state holds, which is not changed by it; gives the exit code. */
export const runState = async (dir: string, { isJson, nowMs, width }: { readonly isJson: boolean; readonly nowMs: number; readonly width: number }, { out }: Pick<Streams, 'out'>): Promise<number> => {
  const described = await readState(dir, async ({ meta, segments, committedAtMs, read }): Promise<StateDescription> => {
    const kept = keptOf(meta, dir)
    if (kept === undefined) throw new WslogError('state', `${dir}: holds nothing yet; it comes with the first run of wslog analyze --state ${dir}`)
    const zone = zoneOf(kept, { zone: undefined })
    const { report } = await reportFrom({ names: new Set(segments.keys()), read }, { kept, zone, stretch: ALL, options: { readTimeoutMs: undefined, top: ROWS, nowMs }, failures: [] })
    return describeState({ kept, segments, zone, committedAtMs, report })
  })
  out(isJson ? renderJson(described) : renderState(described, { width }))
  return EXIT.ok
}

const ROWS = 10
