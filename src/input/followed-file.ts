import { type BigIntStats, closeSync } from 'node:fs'
import { Beside } from './beside.ts'
import { type FileId, idOf, isSameFile } from './file-id.ts'
import { type Generation, lastLineStart } from './generation.ts'
import { Generations } from './generations.ts'
import type { BlockReader } from './line-blocks.ts'
import { LogPath } from './log-path.ts'
import { type Opened, orClosed } from './open-regular.ts'
import { safely } from './safely.ts'
import { type Listing, Siblings } from './siblings.ts'

/*
 * How a log is followed through its rotations
 *
 * A path stands for one file after the other. Each of them, a generation, is read through its own descriptor, from its
 * own place and with its own half line, so that a rename does not matter and a torn line is completed where it began.
 *
 * Renamed, deleted, or a link that leads elsewhere: the path has another file, or none. The old generation is read on:
 * nginx writes to it until USR1, and workers with old descriptors longer. It is let go once it was quiet for long; the
 * last one stays until the next rotation. One that is deleted goes after a quiet minute, so that its space is freed.
 *
 * Truncated (copytruncate): what lies before our place is not what was read there. Comparing these bytes at each read also
 * shows a file that was truncated and has grown beyond our place since. The generation goes on in the copy: the file
 * beside the log that has the same bytes at the same place. Then the path is read from 0, as a generation of its own.
 *
 * Rotated more than once between two looks: generations that nobody saw at the path lie beside it, under rotated names.
 * They are told from older ones by listing the folder whenever it changed, and keeping the list only if afterwards the
 * path still has the file it had, with what was read: a file that is in a kept list came from elsewhere (it stood there
 * before, was copied or unpacked). When the path has another file, all that are new since are ours, in order of birth;
 * but for copies (they begin as a generation does that we have), compressed files, and files older than the last one.
 *
 * Not to be had: a file that was made and deleted between two looks; lines in a copy that was compressed or overwritten before
 * a look. Hence `look` at each event of the folder.
 */

/** More rotations than this within one look are left to the next. */
const MAX_PASSES = 16
const TIDY_EVERY_MS = 1000

export interface FollowOptions {
  /** Reads the file that is at the path now from its beginning; otherwise from its last line end on. */
  readonly isFromStart: boolean
  /** Takes the lines; its `end` is called when the following is closed. */
  readonly reader: BlockReader
  /** The clock, ms: only for how long a file has been quiet. */
  readonly now: () => number
}

/** Follows the log at a path, `tail -F`: every line once, whatever becomes of the file. What the system refuses does not throw: see {@link problem}. */
export class FollowedFile {
  readonly #name: string
  readonly #path: LogPath
  readonly #reader: BlockReader
  readonly #now: () => number
  readonly #siblings: Siblings
  readonly #generations: Generations
  readonly #beside: Beside
  /** What was at the path at the start is read from its end: its size then. */
  #sizeAtStart: { readonly id: FileId; readonly size: number } | undefined
  #sample: Buffer = Buffer.alloc(0)
  #startPosition = 0
  /** When a listing was kept last, nothing had been read of the file at the path. */
  #isUnreadAtKeep = false
  #isListingDue = false
  #tidiedAtMs: number
  #isClosed = false
  /** For the report of the end. */
  #lastProblem: string | undefined

  constructor(path: string, { isFromStart, reader, now }: FollowOptions) {
    this.#name = path
    this.#path = new LogPath(path)
    this.#reader = reader
    this.#now = now
    this.#tidiedAtMs = now()
    this.#siblings = new Siblings(path, now)
    this.#generations = new Generations({ path, reader, now })
    this.#beside = new Beside(this.#siblings, this.#generations)
    this.#siblings.keep(this.#siblings.list())
    const found = this.#find()
    if (found !== undefined && !isFromStart) this.#sizeAtStart = { id: idOf(found), size: Number(found.size) }
    this.look()
  }

  /** Bytes written by now and not read, over all files that are open. */
  get unreadBytes(): number {
    return this.#generations.unreadBytes
  }

  /** `waiting`: nothing is at the path. */
  get state(): 'following' | 'waiting' {
    return this.#path.state
  }

  /** Why the path cannot be read, in words for a person; undefined: it can, or does not exist yet. */
  get problem(): string | undefined {
    if (this.#isClosed) return this.#lastProblem
    const kind = this.#generations.current?.compression ?? 'none'
    if (kind !== 'none') return `${this.#name}: is compressed (${kind}); only a plain log can be followed`
    return this.#path.problem ?? this.#generations.problem
  }

  /** The last whole lines before the place where reading starts, up to 1 MiB; empty when there are none. */
  get sample(): Buffer {
    return this.#sample
  }

  /** Where reading began in the file that was at the path at the start, bytes; 0: at its beginning, or there was none. */
  get startPosition(): number {
    return this.#startPosition
  }

  /** Opens what is at the path by now if it is another file than before. A few microseconds when nothing changed. */
  look(): void {
    if (this.#isClosed) return
    this.#trying(() => {
      for (let pass = 0; pass < MAX_PASSES; pass++) if (this.#isSettled()) break
    })
    if (Math.abs(this.#now() - this.#tidiedAtMs) < TIDY_EVERY_MS) return
    this.#tidiedAtMs = this.#now()
    this.#generations.tidy()
  }

  /** Looks, and reads the next piece of what is unread, the oldest file first; gives its bytes, at most 512 kB. 0: nothing is unread now. */
  read(): number {
    this.look()
    return this.#generations.read((generation) => this.#trying(() => this.#rewritten(generation)))
  }

  /** For SIGHUP: looks anew, and closes deleted files that are read to their end. Those that were renamed stay: old workers may write to them still. */
  reopen(): void {
    this.#generations.dropDeleted()
    this.#isListingDue = true
    this.look()
  }

  /** Gives the half lines that are left, ends the reader and closes all files. */
  close(): void {
    if (this.#isClosed) return
    this.#lastProblem = this.problem
    this.#isClosed = true
    this.#generations.close()
    this.#reader.end()
  }

  #find(): BigIntStats | undefined {
    return this.#path.find({ isOpen: this.#generations.current !== undefined })
  }

  /** What the system refuses is a problem for now, and tried again with the next look. */
  #trying(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#path.fail(error)
    }
  }

  /** One look; true: nothing changed while it was taken. */
  #isSettled(): boolean {
    const found = this.#find()
    const { current } = this.#generations
    if (found !== undefined && current !== undefined && isSameFile(current.id, idOf(found))) return this.#isStill(current)
    if (found === undefined && current === undefined && !this.#siblings.isChanged() && !this.#isListingDue) return true
    this.#rotate(found)
    return found === undefined || this.#path.problem !== undefined
  }

  /** The path has the file that it had. */
  #isStill(current: Generation): boolean {
    if (this.#isUnreadAtKeep && current.position > 0) this.#isListingDue = true
    if (!this.#isListingDue && !this.#siblings.isChanged()) return true
    const listing = this.#siblings.list()
    const after = this.#find()
    if (after === undefined || !isSameFile(current.id, idOf(after))) return false
    if (!isIntact(current)) {
      this.#rewritten(current)
      return false
    }
    // A file of which nothing was read may have been copied and truncated meanwhile: then it changed after the copy was made,
    // which does not begin as it does now.
    if (this.#isUnreadAtKeep) this.#generations.insert(this.#beside.missed(listing, { except: [], isCopied: true, others: [], bornUntilNs: after.mtimeNs }), current)
    this.#keep(listing)
    return true
  }

  /** The path has another file than before, or none. */
  #rotate(found: BigIntStats | undefined): void {
    const generations = this.#generations
    generations.current = undefined
    const opened = found === undefined ? undefined : this.#path.open()
    const known = opened && generations.find(opened.id)
    if (known !== undefined) closeSync(opened!.fd)
    const begun = opened === undefined || known !== undefined ? undefined : orClosed(opened.fd, () => this.#begin(opened))
    const listing = this.#siblings.list()
    const fresh = this.#beside.missed(listing, { except: [opened?.id], isCopied: false, others: [] })
    if (begun !== undefined) fresh.push({ generation: begun, birthNs: opened!.id.birthNs, mtimeNs: opened!.mtimeNs, isAtPath: true })
    generations.current = known ?? begun
    generations.insert(fresh, undefined)
    this.#keep(listing)
  }

  /** What was read is not in this file any more: it goes on in a copy if there is one, and the file begins anew. */
  #rewritten(generation: Generation): void {
    const generations = this.#generations
    const listing = this.#siblings.list()
    const copy = this.#beside.copyOf(generation, listing)
    // Without a copy the old part is over. The file itself stays open: its name may be gone by now. Its begin is looked at
    // before its siblings: a copy that is being made then is a copy of what was seen.
    const isCurrent = generation === generations.current
    if (isCurrent) generations.current = undefined
    const begun = copy === undefined ? generations.make(generation.release(), 0) : generations.makeOrClose(generation.moveTo(copy), 0)
    if (isCurrent) generations.current = begun
    const missed = this.#beside.missed(listing, { except: [copy?.id, begun.id], isCopied: true, others: [begun] })
    generations.succeed(generation, begun, { isOver: copy === undefined })
    generations.insert(missed, begun)
    this.#keep(listing)
  }

  /** A file that came to the path: from its beginning, unless it was there at the start, or has been read under another name. */
  #begin(opened: Opened): Generation {
    const start = this.#sizeAtStart
    if (start !== undefined && isSameFile(start.id, opened.id)) {
      const { position, linesBefore } = lastLineStart(opened.fd, Math.min(start.size, opened.size))
      const generation = this.#generations.make(opened, position)
      this.#sizeAtStart = undefined
      this.#sample = linesBefore
      this.#startPosition = position
      return generation
    }
    this.#sizeAtStart = undefined
    const sizeThen = this.#siblings.sizeAtStart(opened.id)
    const position = this.#generations.readTo(opened) ?? (sizeThen === undefined ? 0 : lastLineStart(opened.fd, Math.min(sizeThen, opened.size)).position)
    return this.#generations.make(opened, position)
  }

  #keep(listing: Listing): void {
    this.#siblings.keep(listing)
    this.#isListingDue = false
    this.#isUnreadAtKeep = this.#generations.current?.position === 0
  }
}

const isIntact = (generation: Generation): boolean => safely(() => generation.isIntact()) ?? true
