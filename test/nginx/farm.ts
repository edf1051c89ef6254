import type { FarmRun } from './farm-here.ts'
import { runApart } from './farm-network.ts'
import type { Cause, FarmOptions } from './farm-options.ts'

export interface Farm extends FarmRun {
  readonly folder: string
  readonly truth: ReadonlyMap<string, Cause>
  readonly logs: { readonly ws: string; readonly rich: string; readonly infoErrors: string; readonly warnErrors: string; readonly errorErrors: string }
}

/**
 * Runs a farm: in a process of its own, so that the timers of hundreds of clients do not wait for the tests, and
 * in a network of its own where that can be had, so that peers can vanish. Logs and truth.json stay in the folder.
 */
export const runFarm = async ({ nginx, folder, options }: { nginx: string; folder: string; options: FarmOptions }): Promise<Farm> => {
  const { visits, surprises } = JSON.parse(await runApart(new URL('farm-run.ts', import.meta.url), [nginx, folder, JSON.stringify(options)])) as FarmRun
  return {
    folder,
    visits,
    surprises,
    truth: new Map(visits.map(({ id, cause }) => [id, cause])),
    logs: {
      ws: `${folder}/ws_access.log`,
      rich: `${folder}/ws_rich.log`,
      infoErrors: `${folder}/error_info.log`,
      warnErrors: `${folder}/error_warn.log`,
      errorErrors: `${folder}/error_error.log`,
    },
  }
}
