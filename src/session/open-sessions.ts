import { AnswerTimes } from './answer-times.ts'
import { type Loss, Losses } from './losses.ts'
import { NumberResets } from './number-resets.ts'
import type { EndMark, OpenMark } from './open-marks.ts'
import { OpenTable } from './open-table.ts'
import { RecentEnds } from './recent-ends.ts'

/** What OPEN lines without their CLOSE say. Times are ISO 8601 in UTC. */
export interface OpenState {
  /** Handshakes that began and have no line of their end yet. */
  readonly count: number
  /** Of them, those so young that they may still wait for their 101: an upper bound. */
  readonly waitingAtMost: number
  /** Younger than this counts as `waitingAtMost`, seconds: what handshakes took of late. */
  readonly waitingSeconds: number
  readonly oldest: { readonly startedAt: string; readonly client: string; readonly host: string; readonly path: string; readonly upstream: string } | null
  /** The most frequent first. */
  readonly byUpstream: readonly { readonly name: string; readonly open: number }[]
  readonly byPath: readonly { readonly name: string; readonly open: number }[]
  /** Sessions that a stop or a crash of nginx ended without a line, since the beginning. */
  readonly lost: number
  /** Sessions beyond what is kept: they are counted nowhere else. */
  readonly untracked: number
}

/** Some 500 MB, where clients and paths repeat. */
export const MAX_OPEN = 1 << 22
/** Losses are looked through as often, in the log's time. */
const FORGET_EVERY_MS = 60_000
/** Stamps of the error log are whole seconds. */
const SECOND_MS = 1000
/** nginx's own buffers aside, a line is written so long after the time it carries at most. */
const LATE_MS = 5000

/**
 * The sessions that are open, from lines that tell of their beginning (`formats/ws_open.conf`) and the ordinary ones of
 * their end. Lines may come in any order within a minute or so.
 *
 * A beginning and an end belong together by `$request_id` where both lines have it; else by `$connection`, and by
 * `$connection_requests` and `$pid` where they have those, when the beginning lies between the start and the end of the
 * closing line, to 5 ms, or to a second where a clock shows no less.
 *
 * Memory, measured as RSS: 160 MB for a million sessions of 50,000 clients and 1,000 paths, 430 MB where each of them has
 * a client and a path of 100 characters of its own, and longer ones are cut. Beyond `maxOpen` a session is `untracked`.
 *
 * **waitingAtMost.** A handshake that waits for its 101 and a session that has it look alike: the line is written before the
 * backend is asked. Those younger than the longest answer of the last ten minutes (`$upstream_header_time`, and
 * `$request_time` of failed handshakes; 1 to 120 s) may still wait. Where a backend hangs since a moment, more
 * do, until the first of them fails; without `$upstream_header_time` only failed ones tell how long an answer takes.
 *
 * **lost.** nginx writes no line for sessions that a stop or a crash ends. Whoever reads the error log says so
 * ({@link stopped}, {@link processEnded}); else {@link NumberResets} notices that nginx counts its connections anew. A crash
 * can be told only where both the marker has `$pid` and an error log names the process. A lost session whose line
 * comes after all was not lost. One instance is for the logs of one nginx.
 */
export class OpenSessions {
  readonly #table: OpenTable
  readonly #ends = new RecentEnds()
  readonly #answers = new AnswerTimes()
  readonly #losses = new Losses()
  readonly #resets: NumberResets | undefined
  #nowMs = Number.NEGATIVE_INFINITY
  #untracked = 0
  #begun = 0
  #hasMarkers = false
  #nextForgetMs = Number.NEGATIVE_INFINITY
  readonly #ended = { withKey: 0, without: 0 }

  /** `infersRestarts`: no error log will tell of stops. */
  constructor({ maxOpen, infersRestarts }: { readonly maxOpen: number; readonly infersRestarts: boolean }) {
    this.#table = new OpenTable(maxOpen)
    this.#resets = infersRestarts ? new NumberResets() : undefined
  }

  /** A marker was seen: without any, nothing is known. */
  get hasMarkers(): boolean {
    return this.#hasMarkers
  }

  /** Handshakes that began, each once. */
  get begun(): number {
    return this.#begun
  }

  /** Sessions that a stop or a crash of nginx ended, as far as is known by now. */
  get lost(): number {
    return this.#losses.sessions
  }

  /** False where the lines of ends carry neither `$request_id` nor `$connection`: then every session would stay open for ever. */
  get canMatch(): boolean {
    return this.#ended.withKey > 0 || this.#ended.without === 0
  }

  /** A handshake began. The mark may be used again by the caller. */
  opened(mark: OpenMark): void {
    this.#hasMarkers = true
    this.#passTo(mark.atMs)
    if (!mark.hasId && mark.connection < 0) {
      this.#untracked++
      return
    }
    const told = this.#table.findTold(mark)
    if (told >= 0) {
      if (mark.upstream !== '') this.#table.moveTo(told, mark.upstream)
      return
    }
    this.#begun++
    this.#resets?.opened(mark)
    if (this.#ends.hasEnded(mark)) return
    if (this.#table.isFull) this.#forgetLosses(Number.POSITIVE_INFINITY)
    if (this.#table.isFull) {
      this.#untracked++
      return
    }
    const row = this.#table.add(mark)
    // nginx was stopped, or the process is gone: the error log is read sooner than the access log.
    const loss = this.#losses.find(({ how, atMs, pid }) => (how === 'stop' ? mark.atMs < atMs : how === 'crash' && mark.pid === pid && mark.atMs < atMs + SECOND_MS))
    if (loss >= 0) this.#lose(row, loss)
  }

  /** A request is over, of whatever kind and outcome. The mark may be used again by the caller. */
  closed(end: EndMark): void {
    if (!this.#hasMarkers) return
    const hasKey = end.hasId || end.connection >= 0
    if (end.isHandshake) {
      if (hasKey) this.#ended.withKey++
      else this.#ended.without++
    }
    if (!hasKey) return
    this.#passTo(end.endedAtMs)
    if (end.isHandshake && end.answerMs >= 0) this.#answers.add(end.endedAtMs, end.answerMs)
    const row = this.#table.findEnded(end)
    if (row >= 0) {
      this.#resets?.ended({ atMs: this.#table.atMs(row), connection: this.#table.connection(row) }, end.endedAtMs)
      this.#takeBack(row, end)
      this.#table.remove(row)
    }
    if (row >= 0 || end.isHandshake) this.#ends.add(end, row >= 0)
  }

  /** A worker crashed or was killed. `atMs`: its line in the error log, a whole second. */
  processEnded({ pid, atMs }: { readonly pid: number; readonly atMs: number }): void {
    if (pid < 0) return
    const loss = this.#losses.begin({ atMs, how: 'crash', pid })
    for (const row of this.#table.rowsOf()) if (this.#table.pid(row) === pid && this.#table.atMs(row) < atMs + SECOND_MS) this.#lose(row, loss)
  }

  /**
   * nginx was stopped (not `quit`: then sessions go on), or started anew. `atMs`: its line in the error log, a whole second.
   * `next`: processes of the nginx that started after that, as far as the error log has told by now: in the second of the line
   * both may have taken sessions. Without `$pid` in the marker those are the old nginx's whose number is above all before.
   */
  stopped({ atMs, next }: { readonly atMs: number; readonly next: ReadonlySet<number> }): void {
    const loss = this.#losses.begin({ atMs, how: 'stop', pid: -1 })
    const table = this.#table
    let highest = -1
    for (const row of table.rowsOf()) {
      if (table.atMs(row) >= atMs) continue
      highest = Math.max(highest, table.connection(row))
      this.#lose(row, loss)
    }
    for (const row of table.rowsOf()) {
      if (table.atMs(row) >= atMs + SECOND_MS) continue
      const pid = table.pid(row)
      if (next.size === 0 || (pid >= 0 ? !next.has(pid) : highest >= 0 && table.connection(row) > highest)) this.#lose(row, loss)
    }
  }

  /** What is open, as its lines told it: {@link opened} takes it in again. */
  marks(): Generator<OpenMark> {
    return this.#table.marks()
  }

  /** What was lost since the last call, in the order of time. */
  takeLosses(): Loss[] {
    return this.#losses.take()
  }

  /** What is open at a time, which is not before that of the lines. `top`: rows by upstream and by path. */
  state(nowMs: number, top: number): OpenState {
    this.#passTo(nowMs)
    const table = this.#table
    const waitingMs = this.#answers.longestMs(nowMs)
    const oldest = table.oldest
    return {
      count: table.open,
      waitingAtMost: table.openSince(nowMs - waitingMs),
      waitingSeconds: waitingMs / 1000,
      oldest: oldest < 0 ? null : { startedAt: new Date(table.atMs(oldest)).toISOString(), ...table.textsOf(oldest) },
      byUpstream: table.upstreams.top(top),
      byPath: table.paths.top(top),
      lost: this.#losses.sessions,
      untracked: this.#untracked,
    }
  }

  #passTo(nowMs: number): void {
    if (!(nowMs > this.#nowMs)) return
    this.#nowMs = nowMs
    const reset = this.#resets?.take(nowMs)
    if (reset !== undefined) this.#loseBefore(reset)
    if (nowMs >= this.#nextForgetMs) this.#forgetLosses(nowMs)
  }

  /** Sessions of the old count: higher numbers than its first, or begun so long before that the number says nothing. */
  #loseBefore({ atMs, connection, pid }: { readonly atMs: number; readonly connection: number; readonly pid: number }): void {
    const loss = this.#losses.begin({ atMs, how: 'numbers', pid: -1 })
    const table = this.#table
    for (const row of table.rowsOf()) {
      const ageMs = atMs - table.atMs(row)
      // Lines of one moment may be out of order: within it only a session of another process is surely an old one.
      const isOld = ageMs > 2 * 60_000 || (table.connection(row) > connection && (ageMs > SECOND_MS || (ageMs > 0 && pid >= 0 && table.pid(row) >= 0 && table.pid(row) !== pid)))
      if (isOld) this.#lose(row, loss)
    }
  }

  #lose(row: number, loss: number): void {
    this.#table.lose(row, loss)
    this.#losses.add(loss)
  }

  /** A line of its end: it was not lost. An end long after nginx seemed to start anew says that no session of then was. */
  #takeBack(row: number, end: EndMark): void {
    const loss = this.#table.lossOf(row)
    if (loss < 0) return
    this.#losses.takeBack(loss)
    const { how, atMs } = this.#losses.at(loss)
    if (how !== 'numbers' || end.endedAtMs <= atMs + LATE_MS) return
    this.#resets!.contradict()
    for (const other of this.#table.rowsOf(loss)) {
      if (other === row) continue
      this.#table.restore(other)
      this.#losses.takeBack(loss)
    }
  }

  #forgetLosses(nowMs: number): void {
    this.#nextForgetMs = this.#nowMs + FORGET_EVERY_MS
    for (const loss of this.#losses.letGo(nowMs)) for (const row of this.#table.rowsOf(loss)) this.#table.remove(row)
  }
}
