import { WslogError } from '../errors.ts'
import { detectErrorLog } from '../error-log/detect.ts'
import { openLog } from '../input/open.ts'
import { resolveLogPaths } from '../input/resolve.ts'
import type { InputFailure, LogSource } from '../input/source.ts'
import { wideEncodingHint, wideEncodingOf } from '../log-format/encoding.ts'
import type { Covered } from '../session/coverage.ts'

/** An error log that is open; `envelope`: what a container or syslog wrapped around its lines. */
export interface OpenErrorLog {
  readonly source: LogSource
  readonly envelope: string | undefined
  /** What an earlier reading of its beginning covers; undefined: it is read from its first line. */
  readonly covered?: Covered | undefined
}

/** Opens error logs; what is none is refused, so that an access log behind `-e` is not taken for a silent one. */
export const openErrorLogs = async (names: readonly string[], signal: AbortSignal): Promise<{ logs: OpenErrorLog[]; failures: InputFailure[] }> => {
  const { paths, failures } = await resolveLogPaths(names)
  const logs: OpenErrorLog[] = []
  for (const path of paths) {
    try {
      logs.push(await errorLogOf(await openLog(path, signal)))
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      failures.push({ path, error })
    }
  }
  return { logs, failures }
}

/** What a source is as an error log. @throws WslogError `unknown-format` when it is none; it is closed then. */
export const errorLogOf = async (source: LogSource): Promise<OpenErrorLog> => {
  const detection = source.sample.length === 0 ? { envelope: undefined } : detectErrorLog(source.sample)
  if (detection !== undefined) return { source, envelope: detection.envelope }
  await source.close()
  const encoding = wideEncodingOf(source.sample)
  if (encoding !== undefined) throw new WslogError('unknown-format', `${source.path}: ${wideEncodingHint(encoding, source.path)}`)
  throw new WslogError('unknown-format', `${source.path}: no nginx error log: its lines do not begin as 2026/11/21 00:30:20 [info] 123#123: do. Access logs are named without -e`)
}
