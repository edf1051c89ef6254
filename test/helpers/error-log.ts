import { readdirSync, readFileSync } from 'node:fs'
import type { Envelope } from '../../src/log-format/envelope/envelope.ts'
import type { LineCounts, ReadTally } from '../../src/log-format/read-tally.ts'
import { LEVELS } from '../../src/error-log/level.ts'
import type { Message } from '../../src/error-log/messages.ts'
import { ErrorLogReader } from '../../src/error-log/reader.ts'
import type { ErrorRecord } from '../../src/error-log/record.ts'

/** An entry, copied out of the record (latin1). */
export interface PlainEntry {
  readonly stampMs: number
  readonly level: string
  readonly pid: number
  readonly connection: number
  readonly message: Message | undefined
  readonly id: string | undefined
  readonly detail: number
  readonly text: string
  readonly client: string
  readonly server: string
  readonly request: string
  readonly upstream: string
  readonly host: string
  readonly isCut: boolean
  readonly isRequestCut: boolean
}

/** A copy of what the record holds now. */
export const plainEntry = (record: ErrorRecord): PlainEntry => {
  const { bytes, stampMs, pid, connection, message, detail, isCut, isRequestCut } = record
  const slice = (from: number, to: number): string => bytes.toString('latin1', from, to)
  return {
    stampMs, pid, connection, message, id: message?.id, detail, isCut, isRequestCut, level: LEVELS[record.level]!,
    text: slice(record.textFrom, record.textTo), client: slice(record.clientFrom, record.clientTo), server: slice(record.serverFrom, record.serverTo),
    request: slice(record.requestFrom, record.requestTo), upstream: slice(record.upstreamFrom, record.upstreamTo), host: slice(record.hostFrom, record.hostTo),
  }
}

export interface ReadErrorLog {
  readonly entries: readonly PlainEntry[]
  readonly skipped: readonly number[]
  readonly counts: LineCounts
  readonly tally: ReadTally
}

/** A whole error log through a reader, cut into blocks of `linesPerBlock` lines; a last line without a line feed is read as such. */
export const readErrorLog = (log: string | Buffer, { envelope, linesPerBlock = Number.POSITIVE_INFINITY, onRecord = () => {} }: { envelope?: Envelope; linesPerBlock?: number; onRecord?: (record: ErrorRecord) => void } = {}): ReadErrorLog => {
  const entries: PlainEntry[] = []
  const skipped: number[] = []
  const reader = new ErrorLogReader({
    envelope,
    sink: {
      entry: (record) => {
        entries.push(plainEntry(record))
        onRecord(record)
      },
      skipped: ({ lineNumber }) => skipped.push(lineNumber),
    },
  })
  const bytes = typeof log === 'string' ? Buffer.from(log, 'latin1') : log
  const whole = bytes.lastIndexOf(10) + 1
  for (let from = 0; from < whole; ) {
    let to = from
    for (let line = 0; line < linesPerBlock && to < whole; line++) to = bytes.indexOf(10, to) + 1
    // Each block in a buffer of its own, as the one of LineBlocks is filled again: nothing may lean on the one before.
    const block = Buffer.from(bytes.subarray(from, to))
    reader.readBlock(block, 0, block.length)
    block.fill(0x23)
    from = to
  }
  if (whole < bytes.length) reader.readLast(Buffer.concat([bytes.subarray(whole), Buffer.of(10)]))
  reader.end()
  return { entries, skipped, counts: reader.counts, tally: reader.tally }
}

const REAL_LOGS = new URL('../real-logs/', import.meta.url)

/** What really happened on one connection, as the lab noted it. */
interface TruthConnection {
  readonly ending: string
  readonly observed?: { readonly pid?: string; readonly connection?: string }
}

export interface RealErrorLog {
  readonly name: string
  readonly folder: string
  readonly bytes: Buffer
}

/** The error logs of a real nginx. */
export const realErrorLogs: readonly RealErrorLog[] = readdirSync(REAL_LOGS, { withFileTypes: true }).filter((entry) => entry.isDirectory()).flatMap(({ name: folder }) =>
  readdirSync(new URL(`${folder}/`, REAL_LOGS)).filter((file) => /^error.*\.log$/.test(file)).map((file) => ({ name: `${folder}/${file}`, folder, bytes: readFileSync(new URL(`${folder}/${file}`, REAL_LOGS)) })))

/** How each connection of a folder ended, by `pid *N`. */
export const endingsOf = (folder: string): ReadonlyMap<string, readonly string[]> => {
  const truth = JSON.parse(readFileSync(new URL(`${folder}/truth.json`, REAL_LOGS), 'utf8')) as { connections?: readonly TruthConnection[] }
  const endings = new Map<string, string[]>()
  for (const { ending, observed } of truth.connections ?? []) {
    if (observed?.pid === undefined) continue
    const key = `${observed.pid} *${observed.connection}`
    endings.set(key, [...(endings.get(key) ?? []), ending])
  }
  return endings
}

/** The cause of each request of the farm, by the id in its query. */
export const farmCauses = (): ReadonlyMap<string, string> =>
  new Map(Object.entries(JSON.parse(readFileSync(new URL('farm/truth.json', REAL_LOGS), 'utf8')) as Record<string, { cause?: string }>).flatMap(([id, { cause }]) => (cause === undefined ? [] : [[id, cause] as const])))
