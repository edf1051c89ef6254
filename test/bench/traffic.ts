import { Seeded } from '../helpers/seeded.ts'

/** One request as nginx would log it at its end. */
export interface Entry {
  /** From 0, in the order of the log. */
  readonly index: number
  readonly endedAtMs: number
  readonly client: string
  readonly host: string
  /** Path and query. */
  readonly target: string
  readonly status: number
  readonly bytes: number
  readonly seconds: number
  /** Cut by a timer of 60 s that nobody's heartbeat reset. */
  readonly isIdle: boolean
  readonly agent: string
  readonly upstream: string
}

const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49',
  'okhttp/4.12.0',
]
const FAILURES = [499, 502, 504, 403, 400]
const DAY_MS = 86_400_000
const STARTED_AT_MS = Date.UTC(2026, 10, 20)

/**
 * A day's requests, the same at every run: sessions of some 60,000 clients on 500 paths, a third of them cut by a
 * timer of 60 s, 5 % of the handshakes failed. `distinct`: no client and no path comes twice.
 */
export class Traffic {
  readonly #random = new Seeded(20_261_121)
  readonly #stepMs: number
  readonly #isDistinct: boolean
  #index = 0
  #endedAtMs = STARTED_AT_MS

  /** `expected` entries fill the day. */
  constructor({ expected, isDistinct }: { expected: number; isDistinct: boolean }) {
    this.#stepMs = DAY_MS / expected
    this.#isDistinct = isDistinct
  }

  next(): Entry {
    const random = this.#random
    const index = this.#index++
    this.#endedAtMs += random.next() * 2 * this.#stepMs
    const client = Math.floor(random.next() ** 3 * 60_000)
    const status = random.next() < 0.95 ? 101 : random.pick(FAILURES)
    const isQuiet = random.next() < 0.33
    const isSession = status === 101
    const seconds = !isSession ? random.next() * 2 : isQuiet ? 60 + random.next() * 0.02 : Math.exp(random.next() * 8 - 1)
    const bytes = !isSession ? 157 : isQuiet ? 0 : Math.floor(random.next() ** 4 * 1e6)
    const host = `chat${random.int(0, 3)}.example.com`
    const room = this.#isDistinct ? index.toString(36) : Math.floor(random.next() ** 2 * 500)
    return {
      index,
      endedAtMs: this.#endedAtMs,
      client: this.#isDistinct ? distinctAddress(index) : `10.${client >> 12}.${(client >> 6) & 63}.${client & 63}`,
      host,
      target: `/ws/room/${room}?token=${random.int(0, 1e9).toString(36)}`,
      status,
      bytes,
      seconds,
      isIdle: isSession && isQuiet,
      agent: random.pick(AGENTS),
      upstream: `10.9.0.${random.int(0, 8)}:8080`,
    }
  }
}

/** Another address for every index below 2^32, in no order: an odd factor permutes the numbers of 32 bits. */
const distinctAddress = (index: number): string => {
  const address = Math.imul(index, 0x9e37_79b1) >>> 0
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}
