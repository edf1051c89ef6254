import type { LiveEvent } from '../live/snapshot.ts'
import { type NotificationContext, notificationOf } from './notification.ts'
import { backoffMs, outcomeOf } from './webhook-outcome.ts'

/** Events that wait; of more, the oldest goes. */
const MAX_WAITING = 100
/** Tries of one event before the next has its turn: with the backoff some 14 to 18 minutes. */
const MAX_TRIES = 12

/** What a webhook needs of the world. */
export interface WebhookOptions {
  /** http or https. It may hold a secret: nothing shows more of it than its origin. */
  readonly url: URL
  /** For one try. */
  readonly timeoutMs: number
  readonly fetch: typeof fetch
  /** Ends after so long; rejects at once when the signal is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>
  /** A signal that aborts after so long: `AbortSignal.timeout`. */
  readonly timeout: (ms: number) => AbortSignal
  /** In [0, 1). */
  readonly random: () => number
  /** One line for the operator: told when trouble begins, and of each event that is given up. */
  readonly onProblem: (message: string) => void
}

/**
 * Posts events to a webhook, one after the other, in their order, and again until it takes them: a receiver may see one twice, when
 * its answer is lost. Never waits, never throws.
 */
export class Webhook {
  readonly #options: WebhookOptions
  readonly #waiting: string[] = []
  /** Aborted when the end is near, and when it has come. */
  readonly #hurry = new AbortController()
  readonly #end = new AbortController()
  #running: Promise<void> | undefined
  #isInTrouble = false
  #dropped = 0

  constructor(options: WebhookOptions) {
    this.#options = options
  }

  /** Events that are not delivered yet. */
  get pending(): number {
    return this.#waiting.length + (this.#running === undefined ? 0 : 1)
  }

  /** Events that nobody got: refused, tried in vain, too many, or left over at the end. */
  get dropped(): number {
    return this.#dropped
  }

  post(event: LiveEvent, context: NotificationContext): void {
    if (this.#end.signal.aborted) {
      this.#dropped++
      return
    }
    this.#waiting.push(JSON.stringify(notificationOf(event, context)))
    if (this.#waiting.length > MAX_WAITING) {
      this.#waiting.shift()
      this.#dropped++
    }
    this.#run()
  }

  /** Tries what is pending for at most so long; what is left then is dropped. Afterwards nothing is posted any more. */
  async drain(ms: number): Promise<void> {
    this.#hurry.abort()
    const deadline = this.#options.timeout(ms)
    deadline.addEventListener('abort', () => this.#end.abort())
    while (this.#running !== undefined) await this.#running
    this.#end.abort()
  }

  #run(): void {
    const body = this.#running === undefined ? this.#waiting.shift() : undefined
    if (body === undefined) return
    this.#running = this.#deliver(body).catch(() => this.#giveUp('a bug of wslog')).then(() => {
      this.#running = undefined
      this.#run()
    })
  }

  async #deliver(body: string): Promise<void> {
    for (let tries = 1; ; tries++) {
      if (this.#end.signal.aborted) {
        this.#dropped++
        return
      }
      const outcome = await this.#try(body)
      if (outcome.isTaken) {
        this.#isInTrouble = false
        return
      }
      if (this.#end.signal.aborted) continue
      if (!outcome.isWorthRetrying || tries === MAX_TRIES) {
        this.#giveUp(outcome.problem)
        return
      }
      this.#tell(`${outcome.problem}; it will be tried again`)
      await this.#pause(Math.max(outcome.retryAfterMs, backoffMs(tries, this.#options.random())))
    }
  }

  async #try(body: string): Promise<ReturnType<typeof outcomeOf>> {
    const { url, timeoutMs, fetch, timeout } = this.#options
    const tooLong = timeout(timeoutMs)
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'user-agent': 'wslog' },
        body,
        redirect: 'manual', // the events of this machine go where its operator said, and nowhere else
        signal: AbortSignal.any([tooLong, this.#end.signal]),
      })
      await response.body?.cancel().catch(() => {})
      return outcomeOf({ response })
    } catch (error) {
      return outcomeOf({ error, isTooLate: tooLong.aborted })
    }
  }

  /** At the end no wait is longer than the first one: a wait that goes on then ends. */
  async #pause(ms: number): Promise<void> {
    const { sleep, random } = this.#options
    const isHurried = this.#hurry.signal.aborted
    const wait = isHurried ? sleep(Math.min(ms, backoffMs(1, random())), this.#end.signal) : sleep(ms, AbortSignal.any([this.#hurry.signal, this.#end.signal]))
    await wait.catch(() => {})
  }

  #giveUp(problem: string): void {
    this.#dropped++
    this.#isInTrouble = true
    this.#options.onProblem(`--notify ${this.#options.url.origin}/…: ${problem}; an event was not delivered`)
  }

  #tell(problem: string): void {
    if (this.#isInTrouble) return
    this.#isInTrouble = true
    this.#options.onProblem(`--notify ${this.#options.url.origin}/…: ${problem}`)
  }
}
