import { type FileId, isSameFile } from './file-id.ts'
import { Generation, hasBefore, headOf, isBegin, lastLineStart, PIECE, REWRITTEN } from './generation.ts'
import { inputError } from './input-error.ts'
import { type BlockReader, LineBlocks } from './line-blocks.ts'
import { type Opened, orClosed } from './open-regular.ts'
import { safely } from './safely.ts'

const MAX_OPEN = 64
/** Of files that were let go, so many are remembered, in case that one comes back or grows. */
const MAX_REMEMBERED = 256
const QUIET_MS = 600_000
const DELETED_QUIET_MS = 60_000
/** A file that is rewritten again and again while it is read waits for its next turn. */
const MAX_TRIES = 16

interface Remembered {
  readonly id: FileId
  readonly position: number
  readonly before: Buffer
  readonly head: Buffer
}

/** A generation that was just found. */
export interface Fresh {
  readonly generation: Generation
  readonly birthNs: bigint
  readonly mtimeNs: bigint
  readonly isAtPath: boolean
}

/** The files that a path has stood for: those that are open, the oldest first, and those that were let go. */
export class Generations {
  readonly #path: string
  readonly #reader: BlockReader
  readonly #now: () => number
  readonly #buffer = LineBlocks.allocate(PIECE)
  /** Letting one go makes a new array, so this one can be walked meanwhile. */
  #open: Generation[] = []
  #remembered: Remembered[] = []
  #turn = 0
  #current: Generation | undefined
  #last: Generation | undefined
  #problem: string | undefined

  /** `now`: ms, only for how long a file has been quiet. */
  constructor({ path, reader, now }: { readonly path: string; readonly reader: BlockReader; readonly now: () => number }) {
    this.#path = path
    this.#reader = reader
    this.#now = now
  }

  /** The one at the path. */
  get current(): Generation | undefined {
    return this.#current
  }

  set current(generation: Generation | undefined) {
    this.#current = generation
    if (generation !== undefined) this.#last = generation
  }

  /** The last that was at the path. */
  get last(): Generation | undefined {
    return this.#last
  }

  /** Why one of them could not be read just now, in words for a person. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Bytes written by now and not read, over all files that are open. */
  get unreadBytes(): number {
    let bytes = 0
    for (const generation of this.#open) bytes += unreadOf(generation)
    return bytes
  }

  /** A file to be read from `position` on, which is not among the others yet. Throws what the system says. */
  make(file: Pick<Opened, 'fd' | 'id'>, position: number): Generation {
    return new Generation(file, { position, reader: this.#reader, nowMs: this.#now() })
  }

  /** The same; where it cannot be read, it is closed. */
  makeOrClose(file: Pick<Opened, 'fd' | 'id'>, position: number): Generation {
    return orClosed(file.fd, () => this.make(file, position))
  }

  /** The one that has this file open; a number of a deleted file may be another's by now. */
  find(id: FileId): Generation | undefined {
    return this.#open.find((generation) => isSameFile(generation.id, id) && safely(() => generation.stats())?.links !== 0)
  }

  /** Whether a file is being read, or was. */
  has(id: FileId): boolean {
    return this.#open.some((generation) => isSameFile(generation.id, id)) || this.#remembered.some((old) => isSameFile(old.id, id))
  }

  /** Begins as a file does that is read already, or as one of these. */
  isCopy(head: Buffer, others: readonly Generation[]): boolean {
    const isAlike = (other: Buffer): boolean => other.length > 0 && head.length > 0 && (isBegin(other, head) || isBegin(head, other))
    return [...this.#open, ...this.#remembered, ...others].some((other) => isAlike(other.head))
  }

  /** How far a file has been read already, under another name or before it was edited in place by way of a copy; undefined: not at all. */
  readTo(opened: Opened): number | undefined {
    const old = this.#remembered.find(({ id }) => isSameFile(id, opened.id))
    if (old !== undefined && opened.size >= old.position && hasBefore(opened.fd, old.position, old.before)) return old.position
    const last = this.#last
    if (last !== undefined && last.position > 0 && isBegin(last.head, headOf(opened.fd)) && last.isContinuedIn(opened)) return lastLineStart(opened.fd, last.position).position
    return undefined
  }

  /** Adds them in order of birth, before one that is there; undefined: behind all. The file at the path cannot be older than one that is beside it already. */
  insert(fresh: readonly Fresh[], before: Generation | undefined): void {
    if (fresh.length === 0) return
    const inOrder = fresh.toSorted((one, other) => compare(one.birthNs, other.birthNs) || Number(one.isAtPath) - Number(other.isAtPath) || compare(one.mtimeNs, other.mtimeNs))
    this.#open.splice(before === undefined ? this.#open.length : this.#open.indexOf(before), 0, ...inOrder.map(({ generation }) => generation))
    this.#turn = 0
    for (const generation of this.#open) {
      if (this.#open.length <= MAX_OPEN) break
      if (generation !== this.#current) this.#readOut(generation)
    }
  }

  /** Puts `begun` behind a generation, or in its place when that one is over. */
  succeed(generation: Generation, begun: Generation, { isOver }: { readonly isOver: boolean }): void {
    if (isOver) generation.end()
    const at = this.#open.indexOf(generation)
    this.#open.splice(isOver ? at : at + 1, isOver ? 1 : 0, begun)
    this.#turn = 0
  }

  /**
   * Reads the next piece of what is unread; gives its bytes, 0 when nothing is. Each file is read to its end before the next
   * has its turn, so that one that goes on growing does not hold up the others. `onRewritten`: what was read of it is not there any more.
   */
  read(onRewritten: (generation: Generation) => void): number {
    for (let left = this.#open.length; left > 0; left--) {
      if (this.#turn >= this.#open.length) this.#turn = 0
      let generation = this.#open[this.#turn]
      let bytes = this.#readOf(generation)
      for (let tries = 0; bytes === REWRITTEN && tries < MAX_TRIES; tries++) {
        onRewritten(generation!)
        this.#turn = 0
        left = this.#open.length
        generation = this.#open[0]
        bytes = this.#readOf(generation)
      }
      if (bytes < PIECE) this.#turn++
      if (bytes > 0) return bytes
    }
    return 0
  }

  /** Lets go what was quiet for long; the last that was rotated away stays until the next rotation. */
  tidy(): void {
    const nowMs = this.#now()
    for (const generation of this.#open) {
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
      const isKept = !isDeleted && generation === this.#open.findLast((other) => other !== this.#current)
      const limitMs = isDeleted && this.#current !== undefined ? DELETED_QUIET_MS : QUIET_MS
      if (!isKept && unreadOf(generation) === 0 && nowMs - generation.grownAtMs >= limitMs) this.#letGo(generation)
    }
  }

  /** Lets go what is deleted and read to its end. */
  dropDeleted(): void {
    for (const generation of this.#open) {
      const isDeleted = safely(() => generation.stats())?.links === 0
      if (generation !== this.#current && isDeleted && unreadOf(generation) === 0) this.#letGo(generation)
    }
  }

  /** Gives the half lines that are left, and closes all files. */
  close(): void {
    for (const generation of this.#open) {
      generation.end()
      generation.closeFile()
    }
    this.#open = []
    this.#current = undefined
  }

  #readOf(generation: Generation | undefined): number {
    if (generation === undefined) return 0
    try {
      const bytes = generation.read(this.#buffer, this.#now())
      this.#problem = undefined
      return bytes
    } catch (error) {
      this.#problem = inputError(this.#path, error).message
      if ((error as NodeJS.ErrnoException).code === 'ESTALE') this.#letGo(generation) // NFS: deleted by another machine
      return 0
    }
  }

  /** There is no room for it any more. */
  #readOut(generation: Generation): void {
    while (this.#readOf(generation) > 0) { /* to its end */ }
    this.#letGo(generation)
  }

  #letGo(generation: Generation): void {
    if (!this.#open.includes(generation)) return
    const { id, position, before, head } = generation
    this.#remembered = [...this.#remembered, { id, position, before, head }].slice(-MAX_REMEMBERED)
    generation.end()
    generation.closeFile()
    this.#open = this.#open.filter((other) => other !== generation)
    if (generation === this.#current) this.#current = undefined
    this.#turn = 0
  }
}

const unreadOf = (generation: Generation): number => safely(() => generation.unreadBytes()) ?? 0

const compare = (one: bigint, other: bigint): number => Number(one > other) - Number(one < other)
