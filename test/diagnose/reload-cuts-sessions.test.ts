import { describe, expect, it } from 'vitest'
import { reloadCutsSessions } from '../../src/diagnose/reload-cuts-sessions.ts'
import { healthyVisits, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'

const RELOAD = 900
const SHUTDOWN = 10

/** Those open at the reload end when worker_shutdown_timeout is over. */
const reloaded = (visits: readonly Visit[]): Visit[] =>
  visits.map((visit) => (visit.at < RELOAD && visit.at + visit.seconds > RELOAD + SHUTDOWN ? { ...visit, seconds: RELOAD + SHUTDOWN - visit.at, isComplete: false } : visit))

const notices = [
  [RELOAD, 'notice', 'signal 1 (SIGHUP) received from 1, reconfiguring', 1],
  [RELOAD, 'notice', 'reconfiguring', 1],
  [RELOAD, 'notice', 'gracefully shutting down', 4433],
  [RELOAD + SHUTDOWN, 'notice', 'exiting', 4433],
] as const

describe('reload-cuts-sessions', () => {
  it('says how many each time, and after how long', async () => {
    const finding = await findingOf(reloadCutsSessions, reloaded(healthyVisits(600)), { further: notices })
    expect(finding).toMatchObject({ severity: 'warning', layer: 'nginx', evidence: { cuttingReloads: 1, shutdownSeconds: [SHUTDOWN], isConfirmed: true }, fix: { nginx: '# in the main context\nworker_shutdown_timeout 1h;' } })
    expect(finding!.title).toBe(`Reloads of nginx cut sessions: about ${finding!.sessions} each time`)
    expect(finding!.detail).not.toMatch(/a day/)
  })

  it('counts reloads a day where the log is long enough to tell', async () => {
    const visits = [...reloaded(healthyVisits(600)), { at: 8 * 3600, seconds: 10 }]
    const again = notices.filter(([, , text]) => !/shutting down|exiting/.test(text)).map(([at, ...rest]) => [at + 12_000, ...rest] as const)
    expect((await findingOf(reloadCutsSessions, visits, { further: [...notices, ...again] }))?.detail).toMatch(/reloaded about 6 times a day/)
  })

  it.each([
    ['healthy sessions', healthyVisits(400), []],
    ['a reload that cuts nothing', healthyVisits(400), notices],
  ])('is silent about %s', async (_, visits, further) => {
    expect(await findingOf(reloadCutsSessions, visits, { further })).toBeUndefined()
  })
})
