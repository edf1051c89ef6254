import { closeSync, fstatSync, readSync } from 'node:fs'
import { LF } from '../log-format/chars.ts'
import { bytesAt } from './bytes-at.ts'
import { type Compression, compressionOf } from './decompress.ts'
import type { FileId } from './file-id.ts'
import { type BlockReader, LineBlocks } from './line-blocks.ts'
import type { Opened } from './open-regular.ts'

/** Bytes that one read asks for. */
export const PIECE = 1 << 19
/** Of the bytes before the place where reading goes on, so many are compared each time. */
const OVERLAP = 256
const HEAD = 1024
/** How far back the begin of a half written line is looked for, and how long the sample is. */
const BACK = 1 << 20
/** The file is not the one that was read: it was truncated, or written anew. */
export const REWRITTEN = -1

/** The first bytes of a file, by which a copy of it is known. */
export const headOf = (fd: number): Buffer => bytesAt(fd, 0, HEAD)

export const isBegin = (begin: Buffer, of: Buffer): boolean => of.length >= begin.length && of.compare(begin, 0, begin.length, 0, begin.length) === 0

/** Whether the file has these bytes right before `position`. */
export const hasBefore = (fd: number, position: number, before: Buffer): boolean => before.length > 0 && bytesAt(fd, position - before.length, before.length).equals(before)

/** The last place up to `size` where a line begins, and the whole lines before it, up to 1 MiB. Without a line feed near, the line is taken from `size` on. */
export const lastLineStart = (fd: number, size: number): { readonly position: number; readonly linesBefore: Buffer } => {
  const start = Math.max(0, size - BACK)
  const bytes = bytesAt(fd, start, size - start)
  const end = bytes.lastIndexOf(LF) + 1
  if (end === 0) return { position: start === 0 ? 0 : size, linesBefore: Buffer.alloc(0) }
  return { position: start + end, linesBefore: bytes.subarray(start === 0 ? 0 : bytes.indexOf(LF) + 1, end) }
}

/** One of the files that a path has stood for: open, with the place in it and the piece of a line that waits for its end. */
export class Generation {
  #fd: number
  #id: FileId
  #position: number
  #before: Buffer
  #head: Buffer
  #isBlank: boolean
  #compression: Compression = 'none'
  readonly #blocks: LineBlocks
  /** When bytes came last, ms of the clock given. */
  grownAtMs: number

  constructor({ fd, id }: Pick<Opened, 'fd' | 'id'>, { position, reader, nowMs }: { readonly position: number; readonly reader: BlockReader; readonly nowMs: number }) {
    this.#fd = fd
    this.#id = id
    this.#position = position
    this.#isBlank = position === 0
    const overlap = Math.min(OVERLAP, position)
    this.#before = bytesAt(fd, position - overlap, overlap)
    this.#head = headOf(fd)
    this.#compression = compressionOf(this.#head)
    // One reader serves all files, and its log is not over when one of them is.
    this.#blocks = new LineBlocks({ readBlock: (...block) => reader.readBlock(...block), readLast: (bytes) => reader.readLast(bytes), skipOverlong: (bytes) => reader.skipOverlong(bytes), end: () => {} })
    this.grownAtMs = nowMs
  }

  get id(): FileId {
    return this.#id
  }

  get position(): number {
    return this.#position
  }

  /** The bytes before {@link position}, as they were read: up to 256. */
  get before(): Buffer {
    return this.#before
  }

  /** Known by what it begins with; reading it makes no sense. */
  get compression(): Compression {
    return this.#compression
  }

  /** The first bytes, up to 1 kB, as they were seen. */
  get head(): Buffer {
    return this.#head
  }

  /** Size by now, and how many names it has: 0 when it is deleted. */
  stats(): { readonly size: number; readonly links: number } {
    const { size, nlink } = fstatSync(this.#fd)
    return { size, links: nlink }
  }

  unreadBytes(): number {
    return this.#compression === 'none' ? Math.max(0, this.stats().size - this.#position) : 0
  }

  /** Whether what was read is still there; of a file of which nothing was read, what was seen of it. */
  isIntact(): boolean {
    if (this.#position > 0) return hasBefore(this.#fd, this.#position, this.#before)
    const head = headOf(this.#fd)
    const isIntact = isBegin(this.#head, head)
    if (isIntact) this.#head = head
    return isIntact
  }

  /** Reads the next piece; gives its bytes, 0 at the end, or {@link REWRITTEN}. `buffer` is from `LineBlocks.allocate(PIECE)`. */
  read(buffer: Buffer, nowMs: number): number {
    if (this.#compression !== 'none') return 0
    const overlap = this.#before.length
    const start = LineBlocks.dataFrom - overlap
    const length = readSync(this.#fd, buffer, start, overlap + PIECE, this.#position - overlap)
    if (length < overlap || buffer.compare(this.#before, 0, overlap, start, start + overlap) !== 0) return REWRITTEN
    const fresh = length - overlap
    if (fresh === 0) {
      // A disk that fails behind the overlap gives the overlap, and says so only to who asks for what is behind it.
      if (this.unreadBytes() > 0) readSync(this.#fd, buffer, LineBlocks.dataFrom, 1, this.#position)
      return this.#position === 0 && this.#head.length > 0 ? REWRITTEN : 0
    }
    const data = buffer.subarray(LineBlocks.dataFrom, LineBlocks.dataFrom + fresh)
    if (this.#position === 0) {
      if (!isBegin(this.#head, data)) return REWRITTEN
      this.#compression = compressionOf(data)
      if (this.#compression !== 'none') return 0
    }
    if (this.#head.length < HEAD && this.#position <= this.#head.length) this.#head = Buffer.concat([this.#head.subarray(0, this.#position), data.subarray(0, HEAD - this.#position)])
    this.#position += fresh
    this.grownAtMs = nowMs
    const end = LineBlocks.dataFrom + fresh
    this.#before = Buffer.from(buffer.subarray(end - Math.min(OVERLAP, length), end))
    this.#blocks.take(buffer, this.#isBlank ? this.#withoutHole(buffer, fresh) : fresh)
    return fresh
  }

  /** A writer that does not append goes on behind a hole when its file is truncated: it begins with zeros, which are no part of a line. */
  #withoutHole(buffer: Buffer, length: number): number {
    const end = LineBlocks.dataFrom + length
    let from = LineBlocks.dataFrom
    while (from < end && buffer[from] === 0) from++
    this.#isBlank = from === end
    buffer.copyWithin(LineBlocks.dataFrom, from, end)
    return end - from
  }

  /** Whether the other file has what was read here, at the same place; of a file of which nothing was read, what was seen of it. */
  isContinuedIn(other: Opened): boolean {
    if (this.#position === 0) return this.#head.length > 0 && isBegin(this.#head, headOf(other.fd))
    return other.size >= this.#position && hasBefore(other.fd, this.#position, this.#before)
  }

  /** Goes on in a copy, at the same place and in the same line. The file that was open is handed back. */
  moveTo(copy: Opened): Pick<Opened, 'fd' | 'id'> {
    const old = { fd: this.#fd, id: this.#id }
    this.#fd = copy.fd
    this.#id = copy.id
    return old
  }

  /** The file as it is open; this generation reads it no more. */
  release(): Pick<Opened, 'fd' | 'id'> {
    return { fd: this.#fd, id: this.#id }
  }

  /** The line that waits for its end will not get it. */
  end(): void {
    this.#blocks.end()
  }

  closeFile(): void {
    try {
      closeSync(this.#fd)
    } catch {
      // A network file system may have something to say even then; nobody needs the file any more.
    }
  }
}
