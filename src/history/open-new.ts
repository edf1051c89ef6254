import type { Covered } from '../session/coverage.ts'
import { WslogError } from '../errors.ts'
import { resolveLogPaths } from '../input/resolve.ts'
import type { InputFailure } from '../input/source.ts'
import type { RememberedFile } from '../input/unread/remembered-file.ts'
import { openUnread } from '../input/unread/open-unread.ts'
import type { UnreadLog } from '../input/unread/unread-log.ts'
import type { LogFormat } from '../log-format/compile.ts'
import { type OpenErrorLog, errorLogOf } from '../run/open-errors.ts'
import { gathered, inputOf, type OpenInput, type OpenInputs } from '../run/open-inputs.ts'
import type { KeptFile } from './kept.ts'

/** A log with what is kept of it. */
export interface NewLog<Opened> {
  readonly log: UnreadLog
  readonly kept: KeptFile | undefined
  readonly opened: Opened
}

/** What no run has read yet. */
export interface OpenNew {
  readonly opened: OpenInputs
  readonly access: readonly NewLog<OpenInput>[]
  readonly errors: readonly NewLog<OpenErrorLog>[]
  /** Logs that are not there, or cannot be opened now: they are kept as they are. */
  readonly otherAccess: readonly KeptFile[]
  readonly otherErrors: readonly KeptFile[]
  readonly notes: readonly string[]
}

export interface OpenNewOptions {
  readonly files: readonly string[]
  readonly errorFiles: readonly string[]
  readonly formats: readonly LogFormat[]
  readonly kept: { readonly access: readonly KeptFile[]; readonly errors: readonly KeptFile[] }
  readonly signal: AbortSignal
}

/**
 * Opens what is new in the logs. Access logs first: what explains a line stands in the error log before it, so their size is
 * taken later.
 */
export const openNew = async ({ files, errorFiles, formats, kept, signal }: OpenNewOptions): Promise<OpenNew> => {
  const access = await openSome(files, kept.access, { as: (log) => inputOf(log.source, formats), signal })
  // Without -e, what is known of error logs waits for a run that names them.
  const errors = await openSome(errorFiles, kept.errors, { as: async (log, one) => ({ ...(await errorLogOf(log.source)), covered: coveredOf(one) }), signal })
  // Their lines would come too late for the access lines of this run, and these would never be explained.
  const closed = errors.failures.find(({ path }) => !errors.logs.some(({ log }) => log.source.path === path))
  if (closed !== undefined) {
    for (const { log } of [...access.logs, ...errors.logs]) await log.source.close()
    throw new WslogError('input', `${closed.error.message}; nothing of this run was kept, since without this error log nobody could say later who cut its sessions`, { cause: closed.error, ...(access.failures.length > 0 ? { detail: access.failures.map(({ error }) => error.message).join('\n') } : {}) })
  }
  const opened = gathered(access.logs.map((log) => log.opened), errors.logs.map((log) => log.opened), [...access.failures, ...errors.failures])
  return { opened, access: access.logs, errors: errors.logs, otherAccess: access.others, otherErrors: errors.others, notes: [...access.notes, ...errors.notes] }
}

const coveredOf = (one: KeptFile | undefined): Covered | undefined => one?.covered ?? undefined

interface Some<Opened> {
  readonly logs: readonly NewLog<Opened>[]
  readonly others: readonly KeptFile[]
  readonly failures: readonly InputFailure[]
  readonly notes: readonly string[]
}

const openSome = async <Opened>(names: readonly string[], kept: readonly KeptFile[], { as, signal }: { as: (log: UnreadLog, kept: KeptFile | undefined) => Promise<Opened>; signal: AbortSignal }): Promise<Some<Opened>> => {
  const { paths, failures } = await resolveLogPaths(names)
  const unread = await openUnread(paths, names.length === 0 ? [] : kept.map(({ file }) => file), signal)
  const keptOf = new Map(kept.map((one) => [one.file, one]))
  const logs: NewLog<Opened>[] = []
  const refused: InputFailure[] = []
  const others: KeptFile[] = []
  for (const log of unread.logs) {
    const one = log.remembered === undefined ? undefined : keptOf.get(log.remembered)
    try {
      logs.push({ log, kept: one, opened: await as(log, one) })
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      refused.push({ path: log.source.path, error })
      if (one !== undefined) others.push(one)
    }
  }
  const byKey = new Map(kept.map((one) => [keyOf(one.file), one]))
  for (const { remembered } of unread.absent) {
    const one = byKey.get(keyOf(remembered))
    if (one !== undefined) others.push({ ...one, file: remembered })
  }
  return { logs, others: names.length === 0 ? kept : others, failures: [...failures, ...unread.failures, ...refused], notes: unread.notes }
}

/** Whether a person was told that it is gone does not make it another. */
const keyOf = ({ dev, ino, offset, head, before }: RememberedFile): string => `${dev}:${ino}:${offset}:${head.sha256}:${before.sha256}`
