import { WslogError } from '../errors.ts'
import { listSessions } from '../pipeline.ts'
import { sanitize } from '../render/sanitize.ts'
import { SessionRecords } from '../render/session-records.ts'
import { EXIT } from './exit.ts'
import { prepare } from './prepare.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { ListingStreams } from './streams.ts'

/** `wslog sessions`: a record for every session and every failed handshake; gives the exit code. */
export const runSessions = async (options: ResolvedOptions, { out, err, now, signal, drained }: ListingStreams): Promise<number> => {
  if (options.outputs.length + options.summaries.length + options.folders.length > 0 || options.failConditions.length > 0) throw new WslogError('usage', 'wslog sessions writes its records to standard output: -o and --fail-on belong to wslog analyze')
  const { reading, progress } = await prepare(options, { err, now, signal }, () => {})
  const records = new SessionRecords(out)
  const failures = await listSessions({ ...reading, beforeBlock: drained }, records)
  records.end()
  progress.end()
  for (const { error } of failures) err(`wslog: ${sanitize(error.message)}\n`)
  if (signal.aborted) {
    err('wslog: interrupted; the records end where the reading did\n')
    return EXIT.interrupted
  }
  return failures.length > 0 ? EXIT.failed : EXIT.ok
}
