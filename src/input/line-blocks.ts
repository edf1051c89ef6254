import { LF } from '../log-format/chars.ts'
import { MAX_LINE } from '../log-format/reader.ts'

/** What reads a log in blocks of whole lines: the reader of access logs, and that of error logs. */
export interface BlockReader {
  /** Reads the lines in `[from, to)`; every one of them ends with a line feed inside that range. */
  readBlock(bytes: Buffer, from: number, to: number): void
  /** Reads the last line of a file that ends without a line feed; `bytes` has one added. */
  readLast(bytes: Buffer): void
  /** Counts a line of `bytes` bytes that was too long to be kept. */
  skipOverlong(bytes?: number): void
  /** The log is over. */
  end(): void
}

/**
 * Cuts what is read at line ends: whole lines go to the reader in one block, the piece of a line at the end
 * moves in front of what is read next. Memory is fixed: a line over {@link MAX_LINE} is counted and let go.
 */
export class LineBlocks {
  readonly #reader: BlockReader
  #carry = Buffer.alloc(0)
  #isOverlong = false
  #isDropping = false
  /** Bytes of the overlong line so far. */
  #letGo = 0

  constructor(reader: BlockReader) {
    this.#reader = reader
  }

  /** A buffer to read into, with room before its data for the piece that was left over, and for a line feed behind. */
  static allocate(size: number): Buffer {
    return Buffer.allocUnsafeSlow(MAX_LINE + 1 + size + 1)
  }

  /** Where data goes in a buffer from {@link allocate}. */
  static readonly dataFrom = MAX_LINE + 1

  /** `length` bytes of `buffer` have been filled, from {@link dataFrom}. The buffer may be used again once this returns. */
  take(buffer: Buffer, length: number): void {
    let from = LineBlocks.dataFrom
    const end = from + length
    if (this.#isDropping) {
      const lineEnd = buffer.subarray(from, end).indexOf(LF)
      if (lineEnd < 0) return
      this.#isDropping = false
      from += lineEnd + 1
    }
    if (this.#isOverlong) {
      const lineEnd = buffer.subarray(from, end).indexOf(LF)
      if (lineEnd < 0) {
        this.#letGo += length
        return
      }
      this.#reader.skipOverlong(this.#letGo + lineEnd + 1)
      this.#isOverlong = false
      from += lineEnd + 1
    }
    const lastLineEnd = from + buffer.subarray(from, end).lastIndexOf(LF)
    if (lastLineEnd < from) {
      this.#keep(buffer.subarray(from, end))
      return
    }
    const start = from - this.#carry.length
    this.#carry.copy(buffer, start)
    this.#reader.readBlock(buffer, start, lastLineEnd + 1)
    this.#carry = Buffer.from(buffer.subarray(lastLineEnd + 1, end))
  }

  /** What comes up to the next line end belongs to the part before: it is passed over. */
  dropUntilLine(): void {
    this.#isDropping = true
  }

  /** The file is over: its last line may lack a line feed. `isCutShort`: it is not, but nobody reads on. */
  end({ isCutShort = false }: { isCutShort?: boolean } = {}): void {
    if (isCutShort) this.#carry = Buffer.alloc(0)
    if (this.#isOverlong) this.#reader.skipOverlong(this.#letGo)
    else if (this.#carry.length > 0) this.#reader.readLast(Buffer.concat([this.#carry, Buffer.of(LF)]))
    this.#carry = Buffer.alloc(0)
    this.#reader.end()
  }

  #keep(piece: Buffer): void {
    // One more: the last byte may be the CR of a line end.
    if (this.#carry.length + piece.length > MAX_LINE + 1) {
      this.#letGo = this.#carry.length + piece.length
      this.#isOverlong = true
      this.#carry = Buffer.alloc(0)
    } else this.#carry = Buffer.concat([this.#carry, piece])
  }
}
