import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DateTime } from 'luxon'
import { describe, expect, it } from 'vitest'
import { differences } from '../cron/compare.ts'
import { healthyVisits, logsOf, SAID, type Visit } from '../helpers/day.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'
import { Seeded, times } from '../helpers/seeded.ts'
import { wsLine } from '../helpers/ws-line.ts'

const DAY_S = 86_400

/** Visits over some days, some of them in error, and a backend that restarts. */
const visitsOf = (seed: number, { days, count }: { readonly days: number; readonly count: number }): Visit[] => {
  const random = new Seeded(seed)
  const restartS = Math.floor(days * DAY_S * 0.4)
  return [
    ...healthyVisits(count, { minutes: days * 1440, seed }),
    ...times(count / 5, (): Visit => ({ at: random.int(0, days * DAY_S - 100), seconds: 60 + random.int(0, 5) / 1000, bytes: 0, client: `203.0.113.${random.int(1, 250)}`, said: random.next() < 0.7 ? SAID.idle : undefined })),
    ...times(30, (): Visit => ({ at: restartS - 200 + random.int(0, 150), seconds: 0, client: `192.0.2.${random.int(1, 250)}`, upstream: '10.0.0.9:8080' })).map((visit) => ({ ...visit, seconds: restartS - visit.at + 0.2 })),
    ...times(60, (): Visit => ({ at: random.int(0, days * DAY_S), seconds: 0.002, status: 502, bytes: 157, client: `198.51.100.${random.int(1, 200)}`, said: SAID.refused })),
    // The backend's own answers: only that no error line comes tells them from failures of nginx.
    ...times(60, (): Visit => ({ at: random.int(0, days * DAY_S), seconds: 1.5, status: random.pick([502, 504]), bytes: 157, client: `198.51.100.${random.int(1, 200)}` })),
  ]
}

const linesOf = (text: string): string[] => text.split('\n').slice(0, -1)

/** The time of an access line or an error line, as text that sorts. */
const stampOf = (line: string): string => {
  if (/^\d{4}\//.test(line)) return line.slice(0, 19)
  const [, date = '', time = '', offset = ''] = /\[([^:]+):(\S+) ([+-]\d{4})\]/.exec(line)!
  return new Date(`${date.replaceAll('/', ' ')} ${time} ${offset}`).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
}

/** Cuts two logs at the same moments. */
const cutAtMoments = (logs: readonly (readonly string[])[], moments: readonly string[]): string[][][] => {
  const bounds = ['', ...moments, '9']
  const stamped = logs.map((lines) => lines.map((line) => ({ line, stamp: stampOf(line) })))
  return bounds.slice(1).map((to, index) => stamped.map((lines) => lines.filter(({ stamp }) => stamp >= bounds[index]! && stamp < to).map(({ line }) => line)))
}

/** Appends piece after piece, with a run behind each; gives the report of the last, and that of one run over all. */
const keptAndWhole = async (pieces: readonly (readonly (readonly string[])[])[], { hasErrors, options = {} }: { readonly hasErrors: boolean; readonly options?: { readonly tz?: string; readonly nowMs?: number } }) => {
  const folder = temporaryFolder()
  const [access, errors, state] = ['ws_access.log', 'ws_error.log', 'state'].map((name) => join(folder, name)) as [string, string, string]
  const named = { files: [access], errorLog: hasErrors ? [errors] : [], ...options }
  writeFileSync(access, '')
  writeFileSync(errors, '')
  let kept
  for (const [own = [], ofErrors = []] of pieces) {
    appendFileSync(access, own.map((line) => `${line}\n`).join(''))
    appendFileSync(errors, ofErrors.map((line) => `${line}\n`).join(''))
    kept = await run({ ...named, state })
    expect({ code: kept.code, err: kept.err }).toEqual({ code: 0, err: '' })
  }
  const whole = await run(named)
  return { kept: kept!.report!, whole: whole.report!, folder, state, named }
}

const momentsOf = (random: Seeded, lines: readonly string[], count: number): string[] => times(count, () => stampOf(random.pick(lines))).sort()

describe('what is kept of a log that is read in pieces equals one run over all of it', () => {
  describe.each([
    { name: 'ws_plus, level info', options: { level: 'info' } },
    { name: 'ws, level info', options: { level: 'info', format: 'ws' } },
    { name: 'ws, level error', options: { level: 'error', format: 'ws' } },
    { name: 'ws, no error log', options: { level: 'none', format: 'ws' } },
  ] as const)('$name', ({ options }) => {
    it.each([1, 2, 3, 4])('seed %i', async (seed) => {
      const random = new Seeded(seed)
      const { access, error } = logsOf(visitsOf(seed, { days: 4, count: 1500 }), options)
      const own = linesOf(access)
      const logs = [own, ...(error === undefined ? [] : [linesOf(error)])]
      const { kept, whole } = await keptAndWhole(cutAtMoments(logs, momentsOf(random, own, random.int(1, 7))), { hasErrors: error !== undefined })
      expect(whole.lines.read).toBe(own.length)
      expect(differences(kept, whole)).toEqual([])
    })
  })
})

/** Lines of the format `ws` with the clock of a zone, an hour or so apart, each from a client of its own. */
const linesOfZone = (zone: string, from: string, count: number, random: Seeded): string[] => {
  let at = DateTime.fromISO(from, { zone })
  return times(count, (index) => {
    at = at.plus({ seconds: random.int(1, 3600) })
    return wsLine({ time: at.setLocale('en').toFormat('dd/MMM/yyyy:HH:mm:ss ZZZ'), client: `203.0.113.${index % 250}`, seconds: (random.next() * 600).toFixed(3), bytes: random.int(0, 9000) }).trimEnd()
  })
}

const ZONES = [['UTC', '2026-11-18T00:00'], ['Asia/Shanghai', '2026-11-18T00:00'], ['Asia/Kolkata', '2026-11-18T00:00'], ['Asia/Kathmandu', '2026-11-18T00:00'], ['America/St_Johns', '2026-10-29T00:00'], ['Europe/Berlin', '2026-03-26T00:00'], ['Europe/Berlin', '2026-10-22T00:00'], ['Africa/Cairo', '2026-04-21T00:00']] as const

describe.each(ZONES)('days of %s from %s', (zone, from) => {
  it.each([undefined, zone])('equal one run over all, --tz %s', async (tz) => {
    const random = new Seeded(3)
    const lines = linesOfZone(zone, from, 300, random)
    const { kept, whole, state, named } = await keptAndWhole(cutAtMoments([lines], momentsOf(random, lines, 5)), { hasErrors: false, options: { nowMs: Date.parse(from) + 15 * DAY_S * 1000, ...(tz === undefined ? {} : { tz }) } })
    expect(differences(kept, whole)).toEqual([])
    expect(kept.window.timeZone).toBe(whole.window.timeZone)
    if (tz === undefined) return
    // Each day, those that were put together from hours and those that were not, is that of one run with its times.
    const last = DateTime.fromISO(kept.window.to!, { zone })
    for (let day = DateTime.fromISO(kept.window.from!, { zone }).startOf('day'); day <= last; day = day.plus({ days: 1 }).startOf('day')) {
      const dates = { since: day.toISODate()!, until: day.plus({ days: 1 }).toISODate()! }
      const ofDay = await run({ ...named, state, ...dates })
      expect({ day: dates.since, code: ofDay.code, err: ofDay.err }).toEqual({ day: dates.since, code: 0, err: '' })
      const offset = day.offset % 60
      if (offset !== 0) continue
      const expected = await run({ ...named, ...dates })
      const { sessions, drops, timeline, clients, endings } = ofDay.report!
      expect({ sessions, drops, timeline, clients, endings }).toEqual((({ sessions: a, drops: b, timeline: c, clients: d, endings: e }) => ({ sessions: a, drops: b, timeline: c, clients: d, endings: e }))(expected.report!))
    }
  })
})
