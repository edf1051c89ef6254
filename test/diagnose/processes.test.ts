import { describe, expect, it } from 'vitest'
import { nginxStop } from '../../src/diagnose/nginx-stop.ts'
import { workerCrash } from '../../src/diagnose/worker-crash.ts'
import { healthyVisits } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'

const crash = (at: number) => [at, 'alert', `worker process ${4433 + at} exited on signal 11`, 1] as const
const stop = [600, 'notice', 'signal 15 (SIGTERM) received from 1, exiting', 1] as const
const start = [603, 'notice', 'nginx/1.22.1', 1] as const

describe('worker-crash', () => {
  it.each([[1, 'warning'], [3, 'critical']] as const)('%d: %s', async (crashes, severity) => {
    const finding = await findingOf(workerCrash, healthyVisits(100), { level: 'error', further: Array.from({ length: crashes }, (_, index) => crash(300 + index * 60)) })
    expect(finding).toMatchObject({ severity, layer: 'nginx', sessions: 0, evidence: { crashes } })
    expect(finding!.detail).toContain('how many there were is not known')
  })

  it('is silent without one', async () => {
    expect(await findingOf(workerCrash, healthyVisits(100))).toBeUndefined()
  })
})

describe('nginx-stop', () => {
  it('warns of a restart, which a reload would have spared', async () => {
    expect(await findingOf(nginxStop, healthyVisits(100), { further: [stop, start] })).toMatchObject({ severity: 'warning', title: 'nginx was restarted once: a reload would keep the sessions' })
  })

  it('notes a stop', async () => {
    expect(await findingOf(nginxStop, healthyVisits(100), { further: [stop] })).toMatchObject({ severity: 'info', title: 'nginx was stopped once' })
  })

  it('is silent about a start', async () => {
    expect(await findingOf(nginxStop, healthyVisits(100), { further: [start] })).toBeUndefined()
  })
})
