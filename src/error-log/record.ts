import type { Message } from './message.ts'

/**
 * The one record that a reader fills again for every entry: byte ranges into `bytes`, never copies. Valid during the
 * sink's call. A range with `from === to` is of a field that is absent, or that cannot be told from what a client wrote.
 */
export class ErrorRecord {
  bytes: Buffer = Buffer.alloc(0)
  /** The same bytes, to be read four at a time. */
  view: DataView = new DataView(new ArrayBuffer(0))
  /** The wall clock's stamp read as if it were UTC, in ms; to the second. */
  stampMs = Number.NaN
  /** One of `Level`. */
  level = 0
  /** Of the process that wrote the line; 0 when the line has none. */
  pid = 0
  /** `*N`: `$connection` of the access log; -1 when none. */
  connection = -1
  /** Undefined: not in the table. */
  message: Message | undefined = undefined
  /** Of process lines that name a process or a signal: its number, a worker's pid where both stand; else -1. */
  detail = -1
  /** nginx's own text, ` while ACTION` included: behind `*N `, before `, client: `. */
  textFrom = 0
  textTo = 0
  clientFrom = 0
  clientTo = 0
  serverFrom = 0
  serverTo = 0
  /** Inside the quotes. */
  requestFrom = 0
  requestTo = 0
  /** Inside the quotes; of a cut entry it may be the beginning only. */
  upstreamFrom = 0
  upstreamTo = 0
  /** Inside the quotes. */
  hostFrom = 0
  hostTo = 0
  /** The entry reached the end of nginx's line buffer; fields behind the cut are absent. */
  isCut = false
  /** The cut fell inside the request: its range is a beginning only. */
  isRequestCut = false

  /** To be called before the entry's fields are set. */
  setBytes(bytes: Buffer): void {
    if (bytes === this.bytes) return
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  /** Forgets the fields behind the text. */
  clearFields(): void {
    this.clientFrom = this.clientTo = this.serverFrom = this.serverTo = this.requestFrom = this.requestTo = 0
    this.upstreamFrom = this.upstreamTo = this.hostFrom = this.hostTo = 0
    this.isRequestCut = false
  }
}
