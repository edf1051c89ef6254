import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorStamp, timeLocal } from './nginx-time.ts'
import { Seeded } from './seeded.ts'
import { wsLine } from './ws-line.ts'

export const DAY_MS = 86_400_000
/** Midnight, UTC. */
export const today = (): number => Math.floor(Date.now() / DAY_MS) * DAY_MS
export const dayName = (ms: number): string => new Date(ms).toISOString().slice(0, 10)

export interface DayOfLog {
  readonly startMs: number
  readonly sessions?: number
  /** Of which nginx cut so many at 60 s. */
  readonly cutShare?: number
  readonly path?: string
  readonly host?: string
  /** Hours of the day that hold lines, from the first. */
  readonly hours?: number
}

/** Adds a day to ws_access.log and ws_error.log of a folder. */
export const writeDay = (folder: string, { startMs, sessions = 600, cutShare = 0.1, path = '/ws', host = 'chat.example.com', hours = 24 }: DayOfLog): void => {
  mkdirSync(folder, { recursive: true })
  const random = new Seeded(startMs / DAY_MS)
  const access: string[] = []
  const error: string[] = [`${errorStamp(startMs)} [info] 7#7: *1 client 198.51.100.9 closed keepalive connection\n`]
  for (let index = 0; index < sessions; index++) {
    const endMs = startMs + Math.floor(((index + 0.5) / sessions) * hours * 3_600_000)
    const isCut = random.next() < cutShare
    const client = `198.51.100.${index % 250}`
    access.push(wsLine({ client, host, time: timeLocal(endMs), target: path, seconds: isCut ? `60.00${index % 10}` : random.logNormal({ median: 300, sigma: 1.2 }).toFixed(3), bytes: isCut ? 0 : 4000 }))
    if (isCut) error.push(`${errorStamp(endMs)} [info] 7#7: *${index} upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${client}, server: x, request: "GET ${path} HTTP/1.1", upstream: "http://10.0.0.1:8080${path}", host: "${host}"\n`)
  }
  appendFileSync(join(folder, 'ws_access.log'), access.join(''))
  appendFileSync(join(folder, 'ws_error.log'), error.join(''))
}
