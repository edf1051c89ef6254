import { type EndMark, isSameRequest, type OpenMark } from './open-marks.ts'
import { mixed, RowIndex } from './row-index.ts'

/** As many ends are remembered: what two files of one server, or buffers of its workers, are apart. */
const SIZE = 1 << 16

/**
 * The latest ends, for beginnings that are read after them: two files, or lines that lay in a buffer. 4 MB, from the
 * first end on.
 */
export class RecentEnds {
  #columns: Columns | undefined
  #at = 0
  readonly #end: EndMark = { hasId: false, idHigh: 0, idLow: 0, connection: -1, requests: -1, pid: -1, startedAtMs: 0, endedAtMs: 0, clockStepMs: 1, answerMs: Number.NaN, isHandshake: true }

  /** `isMatched`: its beginning was read before. */
  add(end: EndMark, isMatched: boolean): void {
    const columns = (this.#columns ??= new Columns())
    const row = this.#at++ % SIZE
    if (this.#at > SIZE) columns.unlink(row)
    columns.set(row, end, isMatched)
  }

  /** Whether the request of this beginning is over; its end is used up by that. */
  hasEnded(mark: OpenMark): boolean {
    const columns = this.#columns
    if (columns === undefined) return false
    if (mark.hasId) {
      for (let row = columns.byId.first(mark.idLow); row >= 0; row = columns.byId.next(row)) if (this.#isEnd(columns, row, mark)) return columns.use(row)
    }
    if (mark.connection < 0) return false
    for (let row = columns.byConnection.first(mixed(mark.connection)); row >= 0; row = columns.byConnection.next(row)) if (this.#isEnd(columns, row, mark)) return columns.use(row)
    return false
  }

  /** An end that has its beginning is no other's, unless both lines number their request. */
  #isEnd(columns: Columns, row: number, mark: OpenMark): boolean {
    const end = columns.read(row, this.#end)
    if (columns.isMatched[row] === 1 && !(mark.hasId && end.hasId) && !(mark.requests >= 0 && end.requests >= 0)) return false
    return isSameRequest(mark, end)
  }
}

class Columns {
  readonly byId = new RowIndex(SIZE)
  readonly byConnection = new RowIndex(SIZE)
  readonly isMatched = new Uint8Array(SIZE)
  readonly #hasId = new Uint8Array(SIZE)
  readonly #idHigh = new Int32Array(SIZE)
  readonly #idLow = new Int32Array(SIZE)
  readonly #connection = new Float64Array(SIZE)
  readonly #requests = new Int32Array(SIZE)
  readonly #pid = new Int32Array(SIZE)
  readonly #startedAtMs = new Float64Array(SIZE)
  readonly #endedAtMs = new Float64Array(SIZE)
  readonly #clockStepMs = new Int16Array(SIZE)

  set(row: number, end: EndMark, isMatched: boolean): void {
    this.isMatched[row] = isMatched ? 1 : 0
    this.#hasId[row] = end.hasId ? 1 : 0
    this.#idHigh[row] = end.idHigh
    this.#idLow[row] = end.idLow
    this.#connection[row] = end.connection
    this.#requests[row] = end.requests
    this.#pid[row] = end.pid
    this.#startedAtMs[row] = end.startedAtMs
    this.#endedAtMs[row] = end.endedAtMs
    this.#clockStepMs[row] = end.clockStepMs
    if (end.hasId) this.byId.add(end.idLow, row)
    if (end.connection >= 0) this.byConnection.add(mixed(end.connection), row)
  }

  read(row: number, end: EndMark): EndMark {
    end.hasId = this.#hasId[row] === 1
    end.idHigh = this.#idHigh[row]!
    end.idLow = this.#idLow[row]!
    end.connection = this.#connection[row]!
    end.requests = this.#requests[row]!
    end.pid = this.#pid[row]!
    end.startedAtMs = this.#startedAtMs[row]!
    end.endedAtMs = this.#endedAtMs[row]!
    end.clockStepMs = this.#clockStepMs[row]!
    return end
  }

  use(row: number): true {
    this.isMatched[row] = 1
    return true
  }

  unlink(row: number): void {
    if (this.#hasId[row] === 1) this.byId.remove(this.#idLow[row]!, row)
    if (this.#connection[row]! >= 0) this.byConnection.remove(mixed(this.#connection[row]!), row)
  }
}
