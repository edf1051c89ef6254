import { appendFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'
import { wsLine } from '../helpers/ws-line.ts'

const DAY_MS = 86_400_000
const FIRST = Date.UTC(2026, 2, 1, 12)
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const lineAt = (ms: number): string => {
  const at = new Date(ms)
  return wsLine({ time: `${String(at.getUTCDate()).padStart(2, '0')}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}:${at.toISOString().slice(11, 19)} +0000` })
}

const kept = (state: string): string[] => readdirSync(join(state, 'segments')).map((name) => name.split('.')[0]!).filter((name) => name !== 'carry').sort()

const site = () => {
  const folder = temporaryFolder()
  const log = join(folder, 'ws_access.log')
  writeFileSync(log, '')
  return { log, state: join(folder, 'state') }
}

describe('what is kept for how long', () => {
  it('hours of the last two days, days before them, and nothing before the retention', async () => {
    const { log, state } = site()
    for (let day = 0; day < 12; day++) {
      appendFileSync(log, lineAt(FIRST + day * DAY_MS) + lineAt(FIRST + day * DAY_MS + 3_600_000))
      const { report } = await run({ files: [log], state, retention: '7d', nowMs: FIRST + day * DAY_MS + 7_200_000 })
      expect(report!.sessions.count).toBe(Math.min(day + 1, 7) * 2)
    }
    expect(kept(state)).toEqual(['2026-03-06', '2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10T12Z', '2026-03-10T13Z', '2026-03-11T12Z', '2026-03-11T13Z', '2026-03-12T12Z', '2026-03-12T13Z'])
  })

  it('is counted from the newest line, not from today: a log of last year is kept, and no hour is made up for today', async () => {
    const { log, state } = site()
    for (let day = 0; day < 3; day++) {
      appendFileSync(log, lineAt(FIRST + day * DAY_MS))
      const { report } = await run({ files: [log], state, nowMs: FIRST + 400 * DAY_MS })
      expect(report!.sessions.count).toBe(day + 1)
    }
    expect(kept(state)).toEqual(['2026-03-01T12Z', '2026-03-02T12Z', '2026-03-03T12Z'])
    // Nor for a line that tells no time, nor where nothing is new.
    appendFileSync(log, 'half a li\n')
    expect((await run({ files: [log], state, nowMs: FIRST + 400 * DAY_MS })).report!.lines).toMatchObject({ read: 4, skipped: 1 })
    await run({ files: [log], state, nowMs: FIRST + 401 * DAY_MS })
    expect(kept(state)).toEqual(['2026-03-01T12Z', '2026-03-02T12Z', '2026-03-03T12Z'])
  })

  it('a line of the future lets nothing go', async () => {
    const { log, state } = site()
    appendFileSync(log, lineAt(FIRST) + lineAt(FIRST + DAY_MS))
    await run({ files: [log], state, nowMs: FIRST + DAY_MS })
    appendFileSync(log, lineAt(FIRST + 3650 * DAY_MS) + lineAt(FIRST + 2 * DAY_MS))
    expect((await run({ files: [log], state, nowMs: FIRST + 2 * DAY_MS })).report!.sessions.count).toBe(4)
  })

  it('a line that comes late, to a day that was put together, is added to it', async () => {
    const { log, state } = site()
    for (let day = 0; day < 6; day++) appendFileSync(log, lineAt(FIRST + day * DAY_MS))
    await run({ files: [log], state, nowMs: FIRST + 6 * DAY_MS })
    appendFileSync(log, lineAt(FIRST + 5_000_000))
    const { report } = await run({ files: [log], state, nowMs: FIRST + 6 * DAY_MS })
    expect(report!.sessions.count).toBe(7)
    expect(kept(state).slice(0, 2)).toEqual(['2026-03-01', '2026-03-02'])
    expect((await run({ files: [log], state, nowMs: FIRST + 6 * DAY_MS, since: '2026-03-01', until: '2026-03-02' })).report!.sessions.count).toBe(2)
  })

  it.each([['2026-03-01T06:00', undefined], [undefined, '2026-03-01T13:00']])('of a day that was put together, --since %s --until %s is refused, and says what to do', async (since, until) => {
    const { log, state } = site()
    for (let day = 0; day < 6; day++) appendFileSync(log, lineAt(FIRST + day * DAY_MS))
    const base = { files: [log], state, nowMs: FIRST + 6 * DAY_MS }
    const dates = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) }
    expect(await run({ ...base, ...dates })).toMatchObject({ code: 2, report: undefined, err: 'wslog: --since, --until: 2026-03-01 is kept as a whole day; choose its beginning or its end\n' })
    // What was read was kept.
    expect((await run(base)).report!.sessions.count).toBe(6)
  })
})
