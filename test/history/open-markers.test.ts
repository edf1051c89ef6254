import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { differences } from '../cron/compare.ts'
import { logsOf, type Visit } from '../helpers/day.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const START_MS = Date.UTC(2026, 10, 20, 12)
const STOP_S = 1500

/** A line that can be put in the order of time. */
interface Timed {
  readonly atMs: number
  readonly line: string
}

/** Sessions of half an hour with a marker each, in one log as nginx writes it; those that a stop cut have no line of their end. */
const linesOf = (seed: number): Timed[] => {
  const random = new Seeded(seed)
  const visits = times(200, (index): Visit & { readonly index: number } => ({ index, at: random.int(0, 1700) + index / 1000, seconds: random.int(5, 900), client: `198.51.100.${index}` }))
  const markerOf = (at: number, connection: number, client: string): Timed => ({ atMs: START_MS + at * 1000, line: `OPEN ${((START_MS + at * 1000) / 1000).toFixed(3)} ${connection} 1 ${connection.toString(16).padStart(32, '0')} 4433 ${client} chat.example.com "GET /ws/room HTTP/1.1" "10.0.0.1:8080"` })
  return visits.flatMap((visit) => {
    const connection = visit.index * 2 + 1
    const marker = markerOf(visit.at, connection, visit.client!)
    const endsAt = visit.at + visit.seconds
    if (endsAt > 1800 || (visit.at < STOP_S && endsAt > STOP_S)) return [marker]
    const line = logsOf([visit], { level: 'none' }).access.trimEnd().replace(/ cid=\d+/, ` cid=${connection}`).replace(/ rid=\w+/, ` rid=${connection.toString(16).padStart(32, '0')}`)
    return [marker, { atMs: START_MS + endsAt * 1000, line }]
  }).sort((a, b) => a.atMs - b.atMs)
}

const stampOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
const STOPPED: readonly Timed[] = [[STOP_S, '[notice] 4400#4400: signal 15 (SIGTERM) received from 1, exiting'], [STOP_S + 1, '[notice] 4401#4401: nginx/1.22.1']].map(([at, text]) => ({ atMs: START_MS + Number(at) * 1000, line: `${stampOf(START_MS + Number(at) * 1000)} ${text}` }))

describe('sessions that are open between two runs', () => {
  it.each([1, 2, 3].flatMap((seed) => [true, false].map((hasErrors) => ({ seed, hasErrors }))))('seed $seed, error log $hasErrors: what is open, and what a stop lost, is as in one run over all', async ({ seed, hasErrors }) => {
    const folder = temporaryFolder()
    const names = ['ws_access.log', 'ws_error.log'].map((name) => join(folder, name)) as [string, string]
    for (const name of names) writeFileSync(name, '')
    const given = { files: [names[0]], errorLog: hasErrors ? [names[1]] : [], nowMs: START_MS + 3_600_000 }
    const logs = [linesOf(seed), STOPPED]
    let kept
    // The third border lies between the stop and what comes after it.
    for (const [from, to] of [[0, 400], [400, 900], [900, STOP_S + 2], [STOP_S + 2, 1_000_000]] as const) {
      for (const [index, lines] of logs.entries()) appendFileSync(names[index]!, lines.filter(({ atMs }) => atMs >= START_MS + from * 1000 && atMs < START_MS + to * 1000).map(({ line }) => `${line}\n`).join(''))
      kept = await run({ ...given, state: join(folder, 'state') })
      expect({ code: kept.code, err: kept.err }).toEqual({ code: 0, err: '' })
    }
    const whole = (await run(given)).report!
    expect(whole.open).not.toBeNull()
    if (hasErrors) expect(whole.events.find(({ kind }) => kind === 'nginx-stop')!.sessions).toBeGreaterThan(10)
    expect(differences(kept!.report, whole)).toEqual([])
  })
})
