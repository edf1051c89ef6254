import { type BigIntStats, closeSync, statSync } from 'node:fs'
import { type FileId, idOf, isSameFile } from './file-id.ts'
import { Generation, hasBefore, headOf, isBegin, lastLineStart, type Opened, openRegular, PIECE, REWRITTEN } from './generation.ts'
import { inputError } from './input-error.ts'
import { type BlockReader, LineBlocks } from './line-blocks.ts'
import { filesOf, type Listing, type Sibling, Siblings } from './siblings.ts'

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

const MAX_OPEN = 64
/** Of files that were let go, so many are remembered, in case that one comes back or grows. */
const MAX_REMEMBERED = 256
const QUIET_MS = 600_000
const DELETED_QUIET_MS = 60_000
/** File systems take some stamps from a clock that ticks this seldom at most. */
const TICK_NS = 50_000_000n
const TIDY_EVERY_MS = 1000
/** More rotations than this within one look are left to the next. */
const MAX_PASSES = 16

interface Remembered {
  readonly id: FileId
  readonly position: number
  readonly before: Buffer
  readonly head: Buffer
}

export interface FollowOptions {
  /** Reads the file that is at the path now from its beginning; otherwise from its last line end on. */
  readonly isFromStart: boolean
  /** Takes the lines; its `end` is called when the following is closed. */
  readonly reader: BlockReader
  /** The clock, ms: only for how long a file has been quiet. */
  readonly now: () => number
}

/** Follows the log at a path, `tail -F`: every line once, whatever becomes of the file. Errors do not throw: see {@link problem}. */
export class FollowedFile {
  readonly #path: string
  readonly #reader: BlockReader
  readonly #now: () => number
  readonly #siblings: Siblings
  readonly #buffer = LineBlocks.allocate(PIECE)
  /** The oldest first. */
  #generations: Generation[] = []
  /** The one at the path. */
  #current: Generation | undefined
  /** The last that was at the path. */
  #last: Generation | undefined
  #remembered: Remembered[] = []
  #turn = 0
  /** What was at the path at the start is read from its end: its size then. */
  #sizeAtStart: { readonly id: FileId; readonly size: number } | undefined
  #sample: Buffer = Buffer.alloc(0)
  #startPosition = 0
  #state: 'following' | 'waiting' = 'waiting'
  #pathProblem: string | undefined
  #readProblem: string | undefined
  /** When a listing was kept last, nothing had been read of the file at the path. */
  #isUnreadAtKeep = false
  #isListingDue = false
  #tidiedAtMs: number
  #isClosed = false

  constructor(path: string, { isFromStart, reader, now }: FollowOptions) {
    this.#path = path
    this.#reader = reader
    this.#now = now
    this.#tidiedAtMs = now()
    this.#siblings = new Siblings(path, now)
    const before = this.#siblings.list()
    this.#siblings.keep(before)
    const found = this.#find()
    if (found !== undefined && !isFromStart) this.#sizeAtStart = { id: idOf(found), size: Number(found.size) }
    this.look()
  }

  /** Bytes written by now and not read, over all files that are open. */
  get unreadBytes(): number {
    let bytes = 0
    for (const generation of this.#generations) bytes += unreadOf(generation)
    return bytes
  }

  /** `waiting`: nothing is at the path. */
  get state(): 'following' | 'waiting' {
    return this.#state
  }

  /** Why the path cannot be read, in words for a person; undefined: it can, or does not exist yet. */
  get problem(): string | undefined {
    const kind = this.#current?.compression ?? 'none'
    if (kind !== 'none') return `${this.#path}: is compressed (${kind}); only a plain log can be followed`
    return this.#pathProblem ?? this.#readProblem
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
    if (Math.abs(this.#now() - this.#tidiedAtMs) >= TIDY_EVERY_MS) this.#tidy()
  }

  /** Looks, and reads the next piece of what is unread, the oldest file first; gives its bytes, at most 512 kB. 0: nothing is unread now. */
  read(): number {
    this.look()
    // Each file is read to its end before the next has its turn, so that one that goes on growing does not hold up the others.
    for (let left = this.#generations.length; left > 0; left--) {
      if (this.#turn >= this.#generations.length) this.#turn = 0
      let generation = this.#generations[this.#turn]
      let bytes = generation === undefined ? 0 : this.#readOf(generation)
      for (let tries = 0; bytes === REWRITTEN && tries < MAX_PASSES; tries++) {
        const rewritten = generation!
        this.#trying(() => this.#rewritten(rewritten))
        this.#turn = 0
        left = this.#generations.length
        generation = this.#generations[0]
        bytes = generation === undefined ? 0 : this.#readOf(generation)
      }
      if (bytes < PIECE) this.#turn++
      if (bytes > 0) return bytes
    }
    return 0
  }

  /** For SIGHUP: looks anew, and closes deleted files that are read to their end. Those that were renamed stay: old workers may write to them still. */
  reopen(): void {
    for (const generation of this.#generations) {
      const isDeleted = safely(() => generation.stats())?.links === 0
      if (generation !== this.#current && isDeleted && unreadOf(generation) === 0) this.#letGo(generation)
    }
    this.#isListingDue = true
    this.look()
  }

  /** Gives the half lines that are left, ends the reader and closes all files. */
  close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#pathProblem = this.problem // for the report of the end
    for (const generation of this.#generations) {
      generation.end()
      generation.closeFile()
    }
    this.#generations = []
    this.#current = undefined
    this.#reader.end()
  }

  /** What the system refuses is a problem for now, and tried again with the next look. */
  #trying(what: () => void): void {
    try {
      what()
    } catch (error) {
      this.#pathProblem = inputError(this.#path, error).message
    }
  }

  /** One look; true: nothing changed while it was taken. */
  #isSettled(): boolean {
    const found = this.#find()
    const current = this.#current
    if (found !== undefined && current !== undefined && isSameFile(current.id, idOf(found))) return this.#isStill(current)
    if (found === undefined && current === undefined && !this.#siblings.isChanged() && !this.#isListingDue) return true
    this.#rotate(found)
    return found === undefined || this.#pathProblem !== undefined
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
    if (this.#isUnreadAtKeep) this.#insert(this.#missed(listing, { except: [], isCopied: true, others: [], bornUntilNs: after.mtimeNs }), this.#generations.indexOf(current))
    this.#keep(listing)
    return true
  }

  /** The path has another file than before, or none. */
  #rotate(found: BigIntStats | undefined): void {
    this.#current = undefined
    const opened = found === undefined ? undefined : this.#open()
    const known = opened && this.#generations.find((generation) => isSameFile(generation.id, opened.id) && safely(() => generation.stats())?.links !== 0)
    if (known !== undefined) closeSync(opened!.fd)
    const begun = opened === undefined || known !== undefined ? undefined : orClosed(opened.fd, () => this.#begin(opened))
    const listing = this.#siblings.list()
    const fresh = this.#missed(listing, { except: [opened?.id], isCopied: false, others: [] })
    if (begun !== undefined) fresh.push({ generation: begun, birthNs: opened!.id.birthNs, mtimeNs: opened!.mtimeNs, isAtPath: true })
    this.#current = known ?? begun
    this.#insert(fresh, this.#generations.length)
    if (this.#current !== undefined) this.#last = this.#current
    this.#keep(listing)
  }

  /** What was read is not in this file any more: it goes on in a copy if there is one, and the file begins anew. */
  #rewritten(generation: Generation): void {
    const listing = this.#siblings.list()
    const copy = this.#copyOf(generation, listing)
    // Without a copy the old part is over. The file itself stays open: its name may be gone by now. Its begin is looked at
    // before its siblings: a copy that is being made then is a copy of what was seen.
    const isCurrent = generation === this.#current
    if (isCurrent) this.#current = undefined
    const begun = copy === undefined ? this.#fromStart(generation.release()) : this.#fromStartOrClosed(generation.moveTo(copy))
    if (isCurrent) {
      this.#current = begun
      this.#last = begun
    }
    const missed = this.#missed(listing, { except: [copy?.id, begun.id], isCopied: true, others: [begun] })
    const at = this.#generations.indexOf(generation)
    if (copy === undefined) {
      generation.end()
      this.#generations.splice(at, 1)
    }
    this.#turn = 0
    const behind = copy === undefined ? at : at + 1
    this.#generations.splice(behind, 0, begun)
    this.#insert(missed, behind)
    this.#keep(listing)
  }

  /** The largest of the files beside the log that have the same bytes at the same place: the others are copies from before. */
  #copyOf(generation: Generation, listing: Listing): Opened | undefined {
    let best: Opened | undefined
    for (const sibling of filesOf(listing)) {
      if (sibling.size < generation.position || this.#isOurs(sibling.id)) continue
      const opened = this.#openSibling(sibling)
      if (opened === undefined) continue
      const isBetter = (best === undefined || opened.size > best.size) && (safely(() => generation.isContinuedIn(opened)) ?? false)
      const worse = isBetter ? best : opened
      if (isBetter) best = opened
      if (worse !== undefined) closeSync(worse.fd)
    }
    return best
  }

  /** Generations that nobody saw at the path, by what lies beside it. `isCopied`: by copytruncate, so an empty one is a copy that is being made. */
  #missed(listing: Listing, { except, isCopied, others, bornUntilNs }: { readonly except: readonly (FileId | undefined)[]; readonly isCopied: boolean; readonly others: readonly Generation[]; readonly bornUntilNs?: bigint }): Fresh[] {
    const missed: Fresh[] = []
    for (const sibling of this.#siblings.newIn(listing)) {
      if (except.some((id) => id !== undefined && isSameFile(id, sibling.id)) || this.#isOlder(sibling) || this.#isOurs(sibling.id)) continue
      if (bornUntilNs !== undefined && sibling.id.birthNs > bornUntilNs + TICK_NS) continue
      const opened = this.#openSibling(sibling)
      if (opened === undefined) continue
      const generation = safely(() => this.#fromStartOrClosed(opened))
      if (generation === undefined) continue
      if (generation.compression !== 'none' || (isCopied && generation.head.length === 0) || this.#isCopy(generation.head, others)) generation.closeFile()
      else missed.push({ generation, birthNs: sibling.id.birthNs, mtimeNs: sibling.mtimeNs, isAtPath: false })
    }
    return missed
  }

  #fromStart(file: Pick<Opened, 'fd' | 'id'>): Generation {
    return new Generation(file, { position: 0, reader: this.#reader, nowMs: this.#now() })
  }

  #fromStartOrClosed(file: Pick<Opened, 'fd' | 'id'>): Generation {
    return orClosed(file.fd, () => this.#fromStart(file))
  }

  /** A file that was listed; it may have got another name since. */
  #openSibling({ path, id }: Sibling): Opened | undefined {
    let name: string | undefined = path
    for (let tries = 0; name !== undefined && tries < MAX_PASSES; tries++) {
      const named: string = name
      const opened = safely(() => openRegular(named))
      if (opened !== undefined && isSameFile(opened.id, id)) return opened
      if (opened !== undefined) closeSync(opened.fd)
      name = filesOf(this.#siblings.list()).find((file) => isSameFile(file.id, id))?.path
    }
    return undefined
  }

  #isOurs(id: FileId): boolean {
    return this.#generations.some((generation) => isSameFile(generation.id, id)) || this.#remembered.some((old) => isSameFile(old.id, id))
  }

  #isOlder({ id, mtimeNs }: Sibling): boolean {
    const birthNs = (this.#last?.id.birthNs ?? 0n) - TICK_NS
    return birthNs > 0n && (mtimeNs < birthNs || (id.birthNs > 0n && id.birthNs < birthNs))
  }

  /** Begins as a file does that is read already. */
  #isCopy(head: Buffer, others: readonly Generation[]): boolean {
    const isAlike = (other: Buffer): boolean => other.length > 0 && head.length > 0 && (isBegin(other, head) || isBegin(head, other))
    return [...this.#generations, ...this.#remembered, ...others].some((other) => isAlike(other.head))
  }

  /** A file that came to the path: from its beginning, unless it was there at the start, or has been read under another name. */
  #begin(opened: Opened): Generation {
    const at = (position: number): Generation => new Generation(opened, { position, reader: this.#reader, nowMs: this.#now() })
    const start = this.#sizeAtStart
    if (start !== undefined && isSameFile(start.id, opened.id)) {
      const { position, linesBefore } = lastLineStart(opened.fd, Math.min(start.size, opened.size))
      const generation = at(position)
      this.#sizeAtStart = undefined
      this.#sample = linesBefore
      this.#startPosition = position
      return generation
    }
    this.#sizeAtStart = undefined
    const old = this.#remembered.find(({ id }) => isSameFile(id, opened.id))
    if (old !== undefined && opened.size >= old.position && hasBefore(opened.fd, old.position, old.before)) return at(old.position)
    const last = this.#last
    // Edited in place, by way of a copy.
    if (last !== undefined && last.position > 0 && isBegin(last.head, headOf(opened.fd)) && last.isContinuedIn(opened)) return at(lastLineStart(opened.fd, last.position).position)
    const sizeThen = this.#siblings.sizeAtStart(opened.id)
    if (sizeThen !== undefined) return at(lastLineStart(opened.fd, Math.min(sizeThen, opened.size)).position)
    return at(0)
  }

  /** The oldest first; the file at the path cannot be older than one that is beside it already. */
  #insert(fresh: Fresh[], at: number): void {
    if (fresh.length === 0) return
    fresh.sort((one, other) => compare(one.birthNs, other.birthNs) || Number(one.isAtPath) - Number(other.isAtPath) || compare(one.mtimeNs, other.mtimeNs))
    this.#generations.splice(at, 0, ...fresh.map(({ generation }) => generation))
    this.#turn = 0
    for (const generation of this.#generations) {
      if (this.#generations.length <= MAX_OPEN) break
      if (generation !== this.#current) this.#readOut(generation)
    }
  }

  /** There is no room for it any more. */
  #readOut(generation: Generation): void {
    while (this.#readOf(generation) > 0) { /* to its end */ }
    this.#letGo(generation)
  }

  #keep(listing: Listing): void {
    this.#siblings.keep(listing)
    this.#isListingDue = false
    this.#isUnreadAtKeep = this.#current?.position === 0
  }

  /** What is at the path, unless it is nothing or cannot be read; sets the state and the problem. */
  #find(): BigIntStats | undefined {
    try {
      const stats = statSync(this.#path, { bigint: true, throwIfNoEntry: false })
      this.#state = stats === undefined ? 'waiting' : 'following'
      if (stats === undefined || stats.isFile()) {
        if (stats === undefined || this.#current !== undefined) this.#pathProblem = undefined
        return stats
      }
      this.#pathProblem = `${this.#path}: ${stats.isDirectory() ? 'is a folder; name the files in it' : 'is no regular file; only a log on disk can be followed'}`
    } catch (error) {
      const isMissing = ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
      this.#state = isMissing ? 'waiting' : 'following'
      this.#pathProblem = isMissing ? undefined : inputError(this.#path, error).message
    }
    return undefined
  }

  #open(): Opened | undefined {
    try {
      const opened = openRegular(this.#path)
      this.#pathProblem = opened === undefined ? `${this.#path}: is no regular file; only a log on disk can be followed` : undefined
      return opened
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      this.#pathProblem = code === 'ENOENT' ? undefined : inputError(this.#path, error).message
      return undefined
    }
  }

  #readOf(generation: Generation): number {
    try {
      const bytes = generation.read(this.#buffer, this.#now())
      this.#readProblem = undefined
      return bytes
    } catch (error) {
      this.#readProblem = inputError(this.#path, error).message
      if ((error as NodeJS.ErrnoException).code === 'ESTALE') this.#letGo(generation) // NFS: deleted by another machine
      return 0
    }
  }

  #tidy(): void {
    const nowMs = this.#now()
    this.#tidiedAtMs = nowMs
    for (const generation of this.#generations) {
      const stats = safely(() => generation.stats())
      if (stats === undefined) {
        this.#letGo(generation)
        continue
      }
      const isDeleted = stats.links === 0
      // Where deleted files give up their number at once (NFS), the path may have another file with the same one.
      if (generation === this.#current) {
        if (isDeleted) this.#current = undefined
        continue
      }
      const isKept = generation === this.#previous() && !isDeleted
      const limitMs = isDeleted && this.#current !== undefined ? DELETED_QUIET_MS : QUIET_MS
      if (!isKept && unreadOf(generation) === 0 && nowMs - generation.grownAtMs >= limitMs) this.#letGo(generation)
    }
  }

  /** The last that was rotated away. */
  #previous(): Generation | undefined {
    return this.#generations.findLast((generation) => generation !== this.#current)
  }

  #letGo(generation: Generation): void {
    if (!this.#generations.includes(generation)) return
    const { id, position, before } = generation
    this.#remembered = [...this.#remembered, { id, position, before, head: generation.head }].slice(-MAX_REMEMBERED)
    generation.end()
    generation.closeFile()
    this.#generations = this.#generations.filter((other) => other !== generation)
    if (generation === this.#current) this.#current = undefined
    this.#turn = 0
  }
}

/** A generation that was just found. */
interface Fresh {
  readonly generation: Generation
  readonly birthNs: bigint
  readonly mtimeNs: bigint
  readonly isAtPath: boolean
}

const compare = (one: bigint, other: bigint): number => Number(one > other) - Number(one < other)

/** What fails is not to be had now: a file may go while it is looked at. */
const safely = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}

/** A file that cannot be read after all stays open for nobody. */
const orClosed = <T>(fd: number, read: () => T): T => {
  try {
    return read()
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

const unreadOf = (generation: Generation): number => safely(() => generation.unreadBytes()) ?? 0

const isIntact = (generation: Generation): boolean => safely(() => generation.isIntact()) ?? true
