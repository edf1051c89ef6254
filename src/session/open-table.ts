import { AgeHeap } from './age-heap.ts'
import { NameCounts, shortName } from './name-counts.ts'
import { type EndMark, isSameRequest, type OpenMark } from './open-marks.ts'
import { mixed, RowIndex } from './row-index.ts'

const FIRST_ROWS = 1 << 8
const FREE = -2
const OPEN = -1
/** A mirror is asked again when a request goes on in another location (error_page): by then it is no older than this. */
const SAME_REQUEST_MS = 120_000

/**
 * The open sessions, a row each, in columns; rows are used again. About 85 bytes a row, and the texts: the client and
 * the host by reference to what the line's reader made once for many lines, path and upstream once each.
 * A row that was given up as lost stays for a while, apart from the open ones, until it is removed.
 */
export class OpenTable {
  readonly paths = new NameCounts()
  readonly upstreams = new NameCounts()
  readonly #maxRows: number
  #rows = FIRST_ROWS
  #atMs = new Float64Array(FIRST_ROWS)
  #connection = new Float64Array(FIRST_ROWS)
  #requests = new Int32Array(FIRST_ROWS)
  #pid = new Int32Array(FIRST_ROWS)
  #idHigh = new Int32Array(FIRST_ROWS)
  #idLow = new Int32Array(FIRST_ROWS)
  /** 1: it has a request's id, 2: its clock shows whole seconds. */
  #flags = new Uint8Array(FIRST_ROWS)
  #path = new Int32Array(FIRST_ROWS)
  #upstream = new Int32Array(FIRST_ROWS)
  /** FREE, OPEN, or the number of the loss that it is part of. */
  #loss = new Int32Array(FIRST_ROWS).fill(FREE)
  readonly #clients: string[] = []
  readonly #hosts: string[] = []
  #byId = new RowIndex(FIRST_ROWS)
  #byConnection = new RowIndex(FIRST_ROWS)
  readonly #ages = new AgeHeap(FIRST_ROWS, (row) => this.#atMs[row]!)
  /** Rows beyond were never used. */
  #end = 0
  readonly #free: number[] = []
  /** A row as its line told it, to compare with. */
  readonly #mark = { atMs: 0, clockStepMs: 1, hasId: false, idHigh: 0, idLow: 0, connection: -1, requests: -1, pid: -1 }

  constructor(maxRows: number) {
    this.#maxRows = maxRows
  }

  /** Rows that are open. */
  get open(): number {
    return this.#ages.size
  }

  /** Open rows and lost ones. */
  get used(): number {
    return this.#end - this.#free.length
  }

  get isFull(): boolean {
    return this.used >= this.#maxRows
  }

  /** The open row that began first; -1: none. */
  get oldest(): number {
    return this.#ages.oldest
  }

  add(mark: OpenMark): number {
    const row = this.#free.pop() ?? this.#end++
    if (row >= this.#rows) this.#grow()
    this.#atMs[row] = mark.atMs
    this.#connection[row] = mark.connection
    this.#requests[row] = mark.requests
    this.#pid[row] = mark.pid
    this.#idHigh[row] = mark.idHigh
    this.#idLow[row] = mark.idLow
    this.#flags[row] = (mark.hasId ? 1 : 0) | (mark.clockStepMs > 1 ? 2 : 0)
    this.#path[row] = this.paths.take(mark.path)
    this.#upstream[row] = this.upstreams.take(mark.upstream)
    this.#clients[row] = shortName(mark.client)
    this.#hosts[row] = shortName(mark.host)
    this.#loss[row] = OPEN
    this.#ages.add(row)
    this.#link(row)
    return row
  }

  /** What is open, as its lines told it. */
  *marks(): Generator<OpenMark> {
    for (let row = 0; row < this.#end; row++) {
      if (this.#loss[row] !== OPEN) continue
      yield {
        atMs: this.#atMs[row]!, clockStepMs: (this.#flags[row]! & 2) > 0 ? 1000 : 1, hasId: this.#hasId(row), idHigh: this.#idHigh[row]!, idLow: this.#idLow[row]!,
        connection: this.#connection[row]!, requests: this.#requests[row]!, pid: this.#pid[row]!, ...this.textsOf(row),
      }
    }
  }

  /** Frees a row, open or lost. */
  remove(row: number): void {
    if (this.#loss[row] === OPEN) this.#hide(row)
    this.paths.drop(this.#path[row]!)
    this.upstreams.drop(this.#upstream[row]!)
    this.#clients[row] = ''
    this.#hosts[row] = ''
    if (this.#hasId(row)) this.#byId.remove(this.#idLow[row]!, row)
    if (this.#connection[row]! >= 0) this.#byConnection.remove(mixed(this.#connection[row]!), row)
    this.#loss[row] = FREE
    this.#free.push(row)
  }

  /** It is open no more; nothing says how it ended but what the loss of this number is. */
  lose(row: number, loss: number): void {
    this.#hide(row)
    this.#loss[row] = loss
  }

  /** It is open after all. */
  restore(row: number): void {
    this.#loss[row] = OPEN
    this.paths.count(this.#path[row]!, 1)
    this.upstreams.count(this.#upstream[row]!, 1)
    this.#ages.add(row)
  }

  /** The number of the loss that a row is part of; -1: it is open. */
  lossOf(row: number): number {
    return this.#loss[row]!
  }

  atMs(row: number): number {
    return this.#atMs[row]!
  }

  connection(row: number): number {
    return this.#connection[row]!
  }

  pid(row: number): number {
    return this.#pid[row]!
  }

  /** What the marker's line named. */
  textsOf(row: number): { readonly client: string; readonly host: string; readonly path: string; readonly upstream: string } {
    return { client: this.#clients[row]!, host: this.#hosts[row]!, path: this.paths.nameOf(this.#path[row]!), upstream: this.upstreams.nameOf(this.#upstream[row]!) }
  }

  /** The request has gone on to another upstream. */
  moveTo(row: number, upstream: string): void {
    const before = this.#upstream[row]!
    this.#upstream[row] = this.upstreams.take(upstream)
    if (this.#loss[row] !== OPEN) this.upstreams.count(this.#upstream[row]!, -1)
    else this.upstreams.count(before, -1)
    this.upstreams.drop(before)
  }

  /** Open rows that began after this. */
  openSince(atMs: number): number {
    let count = 0
    for (let row = 0; row < this.#end; row++) if (this.#loss[row] === OPEN && this.#atMs[row]! > atMs) count++
    return count
  }

  /** Every row that is open, or part of this loss; those that come or go meanwhile may be missed. */
  *rowsOf(loss: number = OPEN): Generator<number> {
    for (let row = 0; row < this.#end; row++) if (this.#loss[row] === loss) yield row
  }

  /** The row of the request that a line says to be over; of several that fit, that which began nearest to its start. -1: none. */
  findEnded(end: EndMark): number {
    if (end.hasId) {
      for (let row = this.#byId.first(end.idLow); row >= 0; row = this.#byId.next(row)) if (this.#isId(row, end)) return row
    }
    if (end.connection < 0) return -1
    let best = -1
    for (let row = this.#byConnection.first(mixed(end.connection)); row >= 0; row = this.#byConnection.next(row)) {
      if (this.#connection[row] !== end.connection || !isSameRequest(this.#markOf(row), end)) continue
      if (best < 0 || this.#isNearer(row, best, end)) best = row
    }
    return best
  }

  /** The row of the very request that another marker told of before; -1: none. */
  findTold(mark: OpenMark): number {
    if (mark.hasId) {
      for (let row = this.#byId.first(mark.idLow); row >= 0; row = this.#byId.next(row)) if (this.#isId(row, mark)) return row
      return -1
    }
    if (mark.connection < 0 || mark.requests < 0) return -1
    for (let row = this.#byConnection.first(mixed(mark.connection)); row >= 0; row = this.#byConnection.next(row)) {
      const isSame = this.#connection[row] === mark.connection && this.#requests[row] === mark.requests && this.#pid[row] === mark.pid
      if (isSame && Math.abs(this.#atMs[row]! - mark.atMs) <= SAME_REQUEST_MS) return row
    }
    return -1
  }

  #isNearer(row: number, other: number, { startedAtMs, endedAtMs }: EndMark): boolean {
    const aroundMs = Number.isNaN(startedAtMs) ? endedAtMs : startedAtMs
    return Math.abs(this.#atMs[row]! - aroundMs) < Math.abs(this.#atMs[other]! - aroundMs)
  }

  #isId(row: number, { idHigh, idLow }: { readonly idHigh: number; readonly idLow: number }): boolean {
    return this.#idLow[row] === idLow && this.#idHigh[row] === idHigh && this.#hasId(row)
  }

  #hasId(row: number): boolean {
    return (this.#flags[row]! & 1) === 1
  }

  #markOf(row: number) {
    const mark = this.#mark
    mark.atMs = this.#atMs[row]!
    mark.clockStepMs = (this.#flags[row]! & 2) === 2 ? 1000 : 1
    mark.hasId = this.#hasId(row)
    mark.idHigh = this.#idHigh[row]!
    mark.idLow = this.#idLow[row]!
    mark.connection = this.#connection[row]!
    mark.requests = this.#requests[row]!
    mark.pid = this.#pid[row]!
    return mark
  }

  #hide(row: number): void {
    this.#ages.remove(row)
    this.paths.count(this.#path[row]!, -1)
    this.upstreams.count(this.#upstream[row]!, -1)
  }

  #link(row: number): void {
    if (this.#hasId(row)) this.#byId.add(this.#idLow[row]!, row)
    if (this.#connection[row]! >= 0) this.#byConnection.add(mixed(this.#connection[row]!), row)
  }

  #grow(): void {
    const rows = this.#rows * 2
    this.#atMs = copied(this.#atMs, new Float64Array(rows))
    this.#connection = copied(this.#connection, new Float64Array(rows))
    this.#requests = copied(this.#requests, new Int32Array(rows))
    this.#pid = copied(this.#pid, new Int32Array(rows))
    this.#idHigh = copied(this.#idHigh, new Int32Array(rows))
    this.#idLow = copied(this.#idLow, new Int32Array(rows))
    this.#flags = copied(this.#flags, new Uint8Array(rows))
    this.#path = copied(this.#path, new Int32Array(rows))
    this.#upstream = copied(this.#upstream, new Int32Array(rows))
    this.#loss = copied(this.#loss, new Int32Array(rows).fill(FREE))
    this.#ages.grow(rows)
    this.#byId = new RowIndex(rows)
    this.#byConnection = new RowIndex(rows)
    this.#rows = rows
    for (let row = 0; row < rows; row++) if (this.#loss[row] !== FREE) this.#link(row)
  }
}

const copied = <T extends { set(values: T): void }>(from: T, to: T): T => {
  to.set(from)
  return to
}
