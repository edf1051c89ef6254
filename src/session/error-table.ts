import { type Message, MESSAGES } from '../error-log/messages.ts'

const FIRST_CAPACITY = 1 << 10
const NONE = -1
/** One in so many bits is set at most: so often a look is in vain. */
const MARKS_A_ROW = 16
const AROUND_BITS = 3

export interface ErrorEntry {
  /** Seconds since the epoch. */
  readonly second: number
  readonly pid: number
  readonly connection: number
  /** Hash of the client's address. */
  readonly client: number
  /** What was asked for, as latin1; when cut, with the method before it. */
  readonly target: string
  readonly isTargetCut: boolean
  /** Hash of the peer. */
  readonly upstream: number
  readonly message: Message
}

/** Behind the target of every handshake: a request may be cut off inside of it. */
const VERSION = ' HTTP/1.1'

/** A row in JSON, target and upstream as hashes: an error line that waits for its access line. */
export type ErrorRow = readonly [second: number, pid: number, connection: number, client: number, target: number, targetLength: number, upstream: number, message: string]

const numberOf = new Map(MESSAGES.map((message, index) => [message, index]))
const numberById = new Map(MESSAGES.map(({ id }, index) => [id, index]))

/**
 * Error lines in columns of numbers, some 50 bytes each, with two indexes: by connection, and by client,
 * second and target. Both are chains through the rows, so rows may come in any order.
 */
export class ErrorTable {
  #size = 0
  #columns = new Columns(FIRST_CAPACITY)

  get size(): number {
    return this.#size
  }

  add({ second, pid, connection, client, target, isTargetCut, upstream, message }: ErrorEntry): void {
    this.#put({ second, pid, connection, client, target: hash(target, target.length), targetLength: isTargetCut ? target.length : NONE, upstream, message: numberOf.get(message)! })
  }

  #put(row: Readonly<Record<'second' | 'pid' | 'connection' | 'client' | 'target' | 'targetLength' | 'upstream' | 'message', number>>): void {
    if (this.#size === this.#columns.capacity) this.#grow()
    const columns = this.#columns
    const at = this.#size++
    columns.second[at] = row.second
    columns.pid[at] = row.pid
    columns.connection[at] = row.connection
    columns.client[at] = row.client
    columns.target[at] = row.target
    columns.targetLength[at] = row.targetLength
    columns.upstream[at] = row.upstream
    columns.message[at] = row.message
    columns.link(at)
  }

  /** The rows of a connection, the last added first; -1 ends them. Rows of others may be among them, see {@link isOf}. */
  firstOf(connection: number): number {
    return this.#columns.byConnection[slotOf(connection, this.#columns.capacity)]! - 1
  }

  nextOf(at: number): number {
    return this.#columns.nextByConnection[at]! - 1
  }

  isOf(at: number, connection: number): boolean {
    return this.#columns.connection[at] === connection
  }

  /** Whether there may be rows of a client within a second of this one: one look where there are three seconds. */
  mayHaveAround(client: number, second: number): boolean {
    const { marksAround, capacity } = this.#columns
    const first = (second - 1) >> AROUND_BITS
    const last = (second + 1) >> AROUND_BITS
    return isMarked(marksAround, bitOf(client, first, capacity)) || (last !== first && isMarked(marksAround, bitOf(client, last, capacity)))
  }

  /** Whether there may be rows of a client and second; nearly always right, and much faster than to look. */
  mayHave(client: number, second: number): boolean {
    return isMarked(this.#columns.marks, bitOf(client, second, this.#columns.capacity))
  }

  /**
   * The rows of a client, second and target, the first added first; of requests that were cut off (`isCut`), whatever their
   * target. Rows of others may be among them, see {@link isAt}. Rows that are used leave the front one by one.
   */
  firstAt(client: number, second: number, target: string, isCut: boolean): number {
    const columns = this.#columns
    const slot = slotOf(keyOf(client, second, isCut ? CUT : hash(target, target.length)), columns.capacity)
    let first = columns.byTarget[slot]! - 1
    // One used row stays, to tell that there was one.
    while (first >= 0 && columns.used[first] === 1) {
      const next = columns.nextByTarget[first]! - 1
      if (next < 0 || columns.used[next] === 0) break
      columns.byTarget[slot] = next + 1
      first = next
    }
    return first
  }

  nextAt(at: number): number {
    return this.#columns.nextByTarget[at]! - 1
  }

  isAt(at: number, client: number, second: number): boolean {
    return this.#columns.client[at] === client && this.#columns.second[at] === second
  }

  /** Whether the request was cut off. */
  isCut(at: number): boolean {
    return this.#columns.targetLength[at] !== NONE
  }

  isTarget(at: number, target: string): boolean {
    const { targetLength, target: targets } = this.#columns
    const length = targetLength[at]!
    // A request that was cut off still has its method, which is that of every handshake.
    return length === NONE ? targets[at] === hash(target, target.length) : length <= 4 || targets[at] === hash(`GET ${target}${VERSION}`, length)
  }

  second(at: number): number {
    return this.#columns.second[at]!
  }

  pid(at: number): number {
    return this.#columns.pid[at]!
  }

  upstream(at: number): number {
    return this.#columns.upstream[at]!
  }

  message(at: number): Message {
    return MESSAGES[this.#columns.message[at]!]!
  }

  isUsed(at: number): boolean {
    return this.#columns.used[at] === 1
  }

  take(at: number): Message {
    this.#columns.used[at] = 1
    return this.message(at)
  }

  /** The rows of this second or later that explain nothing yet. */
  unusedSince(second: number): ErrorRow[] {
    const { second: seconds, pid, connection, client, target, targetLength, upstream, used } = this.#columns
    const rows: ErrorRow[] = []
    for (let at = 0; at < this.#size; at++) {
      if (used[at] === 1 || seconds[at]! < second) continue
      rows.push([seconds[at]!, pid[at]!, connection[at]!, client[at]!, target[at]!, targetLength[at]!, upstream[at]!, this.message(at).id])
    }
    return rows
  }

  /** Takes in a row of another table; one whose message nobody knows any more says nothing. */
  restore([second, pid, connection, client, target, targetLength, upstream, id]: ErrorRow): void {
    const message = numberById.get(id)
    if (message === undefined) return
    this.#put({ second, pid, connection, client, target, targetLength, upstream, message })
  }

  release(): void {
    const columns = this.#columns
    columns.used.fill(0)
    columns.unlinkTargets()
    for (let at = 0; at < this.#size; at++) columns.linkTarget(at)
  }

  #grow(): void {
    const old = this.#columns
    const columns = new Columns(old.capacity * 2)
    columns.copy(old)
    for (let at = 0; at < this.#size; at++) columns.link(at)
    this.#columns = columns
  }
}

class Columns {
  readonly second: Int32Array
  readonly pid: Int32Array
  readonly connection: Float64Array
  readonly client: Int32Array
  readonly target: Int32Array
  /** Of a target that was cut off; -1 of a whole one. */
  readonly targetLength: Int16Array
  readonly upstream: Int32Array
  readonly message: Uint16Array
  readonly used: Uint8Array
  /** Row + 1; 0: none. */
  readonly byConnection: Int32Array
  readonly nextByConnection: Int32Array
  readonly byTarget: Int32Array
  readonly nextByTarget: Int32Array
  /** The last row of each chain. */
  readonly lastByTarget: Int32Array
  /** A bit for each client and second (a Bloom filter with one hash): small enough to stay in the cache. */
  readonly marks: Int32Array
  /** The same for a client and eight seconds. */
  readonly marksAround: Int32Array

  readonly capacity: number

  /** `capacity`: a power of two. */
  constructor(capacity: number) {
    this.capacity = capacity
    this.second = new Int32Array(capacity)
    this.pid = new Int32Array(capacity)
    this.connection = new Float64Array(capacity)
    this.client = new Int32Array(capacity)
    this.target = new Int32Array(capacity)
    this.targetLength = new Int16Array(capacity)
    this.upstream = new Int32Array(capacity)
    this.message = new Uint16Array(capacity)
    this.used = new Uint8Array(capacity)
    this.byConnection = new Int32Array(capacity)
    this.nextByConnection = new Int32Array(capacity)
    this.byTarget = new Int32Array(capacity)
    this.nextByTarget = new Int32Array(capacity)
    this.lastByTarget = new Int32Array(capacity)
    this.marks = new Int32Array((capacity * MARKS_A_ROW) / 32)
    this.marksAround = new Int32Array((capacity * MARKS_A_ROW) / 32)
  }

  copy(other: Columns): void {
    this.second.set(other.second)
    this.pid.set(other.pid)
    this.connection.set(other.connection)
    this.client.set(other.client)
    this.target.set(other.target)
    this.targetLength.set(other.targetLength)
    this.upstream.set(other.upstream)
    this.message.set(other.message)
    this.used.set(other.used)
  }

  link(at: number): void {
    const connection = slotOf(this.connection[at]!, this.capacity)
    this.nextByConnection[at] = this.byConnection[connection]!
    this.byConnection[connection] = at + 1
    this.linkTarget(at)
    mark(this.marks, bitOf(this.client[at]!, this.second[at]!, this.capacity))
    mark(this.marksAround, bitOf(this.client[at]!, this.second[at]! >> AROUND_BITS, this.capacity))
  }

  unlinkTargets(): void {
    this.byTarget.fill(0)
    this.nextByTarget.fill(0)
    this.lastByTarget.fill(0)
  }

  linkTarget(at: number): void {
    const isCut = this.targetLength[at] !== NONE
    const slot = slotOf(keyOf(this.client[at]!, this.second[at]!, isCut ? CUT : this.target[at]!), this.capacity)
    const last = this.lastByTarget[slot]!
    if (last === 0) this.byTarget[slot] = at + 1
    else this.nextByTarget[last - 1] = at + 1
    this.lastByTarget[slot] = at + 1
  }
}

/** In the place of a target's hash: the request was cut off. */
const CUT = 0x5bd1_e995

const keyOf = (client: number, second: number, target: number): number => Math.imul(client ^ Math.imul(second, 0x85eb_ca77), 0xc2b2_ae3d) ^ target

const isMarked = (marks: Int32Array, bit: number): boolean => (marks[bit >>> 5]! & (1 << (bit & 31))) !== 0

const mark = (marks: Int32Array, bit: number): void => {
  marks[bit >>> 5]! |= 1 << (bit & 31)
}

const bitOf = (client: number, second: number, capacity: number): number => {
  const mixed = Math.imul(client ^ Math.imul(second, 0x85eb_ca77), 0x9e37_79b1)
  return (mixed ^ (mixed >>> 15)) & (capacity * MARKS_A_ROW - 1)
}

const slotOf = (key: number, capacity: number): number => {
  const mixed = Math.imul(key | 0, 0x9e37_79b1)
  return (mixed ^ (mixed >>> 15)) & (capacity - 1)
}

const hash = (text: string, length: number): number => {
  let mixed = length
  for (let at = 0; at < length; at++) mixed = Math.imul(((mixed << 5) | (mixed >>> 27)) ^ text.charCodeAt(at), 0x9e37_79b1)
  return mixed
}
