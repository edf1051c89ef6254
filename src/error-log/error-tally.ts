import { Level, type LevelName, LEVELS } from './level.ts'
import type { ErrorRecord } from './record.ts'

/** A text that the table does not have, with what varies taken out. */
export interface UnknownText {
  readonly text: string
  readonly level: LevelName
  readonly count: number
}

export interface ErrorTallyJson {
  readonly byLevel: readonly number[]
  readonly byMessage: Readonly<Record<string, number>>
  readonly unknown: readonly UnknownText[]
  readonly unknownOthers: number
}

/** The lowest severity that is really seen: what the `error_log` directive lets through at least. */
export type LevelHeld = 'none' | 'error' | 'warn' | 'notice' | 'info'

/** Kinds of unknown texts that are kept. */
const MAX_KINDS = 64
/** Bytes of an unknown text that are looked at. */
const MAX_TEXT = 160

/**
 * What the entries of an error log came to. Adds up: of the unknown kinds those with the least hashes are kept, whatever
 * the order of entries and of parts, so that their counts are whole and `merge` is associative and commutative.
 */
export class ErrorTally {
  /** Entries of each level, by `Level`. */
  readonly byLevel: number[] = LEVELS.map(() => 0)
  /** Entries of each message, by its id. */
  readonly byMessage = new Map<string, number>()
  /** Entries of unknown kinds that were not kept. */
  unknownOthers = 0
  /** By level and text; with their hash. */
  #kinds = new Map<string, { level: LevelName; text: string; count: number; hash: number }>()

  add(record: ErrorRecord): void {
    this.byLevel[record.level]!++
    const { message } = record
    if (message === undefined) this.#addUnknown(LEVELS[record.level]!, normalised(startOf(record)), 1)
    else this.byMessage.set(message.id, (this.byMessage.get(message.id) ?? 0) + 1)
  }

  /** The unknown texts, the most frequent first. */
  get unknown(): UnknownText[] {
    return [...this.#kinds.values()].sort((a, b) => b.count - a.count || (keyOf(a.level, a.text) < keyOf(b.level, b.text) ? -1 : 1)).map(({ level, text, count }) => ({ text, level, count }))
  }

  get levelHeld(): LevelHeld {
    const count = (level: number): number => this.byLevel[level]!
    if (count(Level.debug) + count(Level.info) > 0) return 'info'
    if (count(Level.notice) > 0) return 'notice'
    if (count(Level.warn) > 0) return 'warn'
    return this.byLevel.some((entries) => entries > 0) ? 'error' : 'none'
  }

  /** Adds another tally to this one. */
  merge(other: ErrorTally): void {
    for (const [level, count] of other.byLevel.entries()) this.byLevel[level]! += count
    for (const [id, count] of other.byMessage) this.byMessage.set(id, (this.byMessage.get(id) ?? 0) + count)
    this.unknownOthers += other.unknownOthers
    for (const { level, text, count } of other.#kinds.values()) this.#addUnknown(level, text, count)
  }

  toJSON(): ErrorTallyJson {
    return { byLevel: [...this.byLevel], byMessage: Object.fromEntries([...this.byMessage].sort(([a], [b]) => (a < b ? -1 : 1))), unknown: this.unknown, unknownOthers: this.unknownOthers }
  }

  static fromJSON(json: ErrorTallyJson): ErrorTally {
    const tally = new ErrorTally()
    for (const [level, count] of json.byLevel.entries()) tally.byLevel[level] = count
    for (const [id, count] of Object.entries(json.byMessage)) tally.byMessage.set(id, count)
    tally.unknownOthers = json.unknownOthers
    for (const { level, text, count } of json.unknown) tally.#addUnknown(level, text, count)
    return tally
  }

  #addUnknown(level: LevelName, text: string, count: number): void {
    const key = keyOf(level, text)
    const kind = this.#kinds.get(key)
    if (kind !== undefined) {
      kind.count += count
      return
    }
    this.#kinds.set(key, { level, text, count, hash: hashOf(key) })
    if (this.#kinds.size <= MAX_KINDS) return
    let [last, most] = [key, this.#kinds.get(key)!]
    for (const [other, candidate] of this.#kinds) if (candidate.hash > most.hash || (candidate.hash === most.hash && other > last)) [last, most] = [other, candidate]
    this.#kinds.delete(last)
    this.unknownOthers += most.count
  }
}

const keyOf = (level: LevelName, text: string): string => `${level} ${text}`

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text as far as it is looked at: as UTF-8, in whole characters, or as latin1 where it is none. */
const startOf = ({ bytes, textFrom, textTo }: ErrorRecord): string => {
  let end = Math.min(textTo, textFrom + MAX_TEXT)
  for (let back = 0; back < 3 && end < textTo && isContinuation(bytes[end]!); back++) end--
  try {
    return decoder.decode(bytes.subarray(textFrom, end))
  } catch {
    return bytes.toString('latin1', textFrom, end)
  }
}

/** Of a character in UTF-8, every byte but the first. */
const isContinuation = (byte: number): boolean => (byte & 0xc0) === 0x80

/** Numbers and quoted texts vary; control characters have no place in a report. */
const normalised = (text: string): string => text.replace(/"[^"]*("|$)/g, '"…"').replace(/\d+/g, 'N').replace(/[\u0000-\u001F\u007F-\u009F]+/g, ' ')

/** FNV-1a, 32 bits. */
const hashOf = (text: string): number => {
  let hash = 0x811c_9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193)
  return hash >>> 0
}
