import { closeSync, openSync, writeSync } from 'node:fs'
import { Seeded } from '../helpers/seeded.ts'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49',
  'okhttp/4.12.0',
]
const FAILURES = [499, 502, 504, 403, 400]
const BATCH = 10_000

/**
 * Writes a log of at least `megabytes` in the `ws` format, the same at every run: a day's sessions from some
 * 60,000 clients, a third of them cut by a 60 s timer, 5 % of the handshakes failed. Gives its lines.
 */
export const generateLog = (path: string, megabytes: number): number => {
  const seeded = new Seeded(20_261_121)
  const random = (): number => seeded.next()
  const file = openSync(path, 'w')
  const stepMs = 86_400_000 / ((megabytes * 1e6) / 235)
  let timeMs = Date.UTC(2026, 10, 20)
  let written = 0
  let lines = 0
  while (written < megabytes * 1e6) {
    const batch: string[] = []
    for (let index = 0; index < BATCH; index++) {
      timeMs += random() * 2 * stepMs
      batch.push(line(timeMs, random))
    }
    lines += BATCH
    written += writeSync(file, batch.join(''))
  }
  closeSync(file)
  return lines
}

const line = (timeMs: number, random: () => number): string => {
  const client = Math.floor(random() ** 3 * 60_000)
  const status = random() < 0.95 ? 101 : FAILURES[Math.floor(random() * FAILURES.length)]!
  const isQuiet = random() < 0.33
  const seconds = status !== 101 ? random() * 2 : isQuiet ? 60 + random() * 0.02 : Math.exp(random() * 8 - 1)
  const bytes = status !== 101 ? 157 : isQuiet ? 0 : Math.floor(random() ** 4 * 1e6)
  const time = seconds.toFixed(3)
  return `10.${client >> 12}.${(client >> 6) & 63}.${client & 63} - chat${Math.floor(random() * 3)}.example.com [${timeLocal(timeMs)}] "GET /ws/room/${Math.floor(random() ** 2 * 500)}?token=${Math.floor(random() * 1e9).toString(36)} HTTP/1.1" ${status} ${bytes} rt=${time} urt=${time} ua="${AGENTS[Math.floor(random() * AGENTS.length)]!}" up="10.9.0.${Math.floor(random() * 8)}:8080"\n`
}

const two = (value: number): string => (value < 10 ? `0${value}` : String(value))

const timeLocal = (timeMs: number): string => {
  const date = new Date(timeMs)
  return `${two(date.getUTCDate())}/${MONTHS[date.getUTCMonth()]!}/${date.getUTCFullYear()}:${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())} +0000`
}
