import { describe, expect, it } from 'vitest'
import { tlsClient } from '../../src/diagnose/tls-client.ts'
import { tlsUpstream } from '../../src/diagnose/tls-upstream.ts'
import { healthyVisits, SAID, type Visit } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'
import { times } from '../helpers/seeded.ts'

const FAILED = '*77 SSL_do_handshake() failed (SSL: error:0A000412:SSL routines::sslv3 alert bad certificate:SSL alert number 42) while SSL handshaking, client: 203.0.113.8, server: 0.0.0.0:443'
const further = (count: number) => times(count, (index) => [index * 5, 'info', FAILED] as const)

describe('tls-client', () => {
  it('warns where they are many against the handshakes that came through', async () => {
    expect(await findingOf(tlsClient, healthyVisits(100), { further: further(60) })).toMatchObject({ severity: 'warning', layer: 'client', evidence: { refused: 60, left: 0, attempts: 100 } })
  })

  it('notes what may be scanners', async () => {
    expect(await findingOf(tlsClient, healthyVisits(1000), { further: further(60) })).toMatchObject({ severity: 'info', title: expect.stringContaining('scanners') })
  })

  it('is silent about a few', async () => {
    expect(await findingOf(tlsClient, healthyVisits(100), { further: further(5) })).toBeUndefined()
  })
})

const failed = (count: number, said: NonNullable<Visit['said']>): Visit[] => times(count, (index) => ({ at: index, seconds: 0.01, status: 502, bytes: 157, path: '/wss/x', upstream: '10.0.0.9:443', said }))

describe('tls-upstream', () => {
  it('names the upstream and the name that is not sent along', async () => {
    expect(await findingOf(tlsUpstream, [...healthyVisits(100), ...failed(40, SAID.tlsUpstream)])).toMatchObject({ severity: 'critical', layer: 'nginx', sessions: 40, title: 'nginx cannot make TLS connections to 10.0.0.9:443', fix: { nginx: expect.stringContaining('# in the location of /wss/\nproxy_ssl_server_name on;') } })
  })

  it('knows a certificate that was not accepted', async () => {
    expect((await findingOf(tlsUpstream, [...healthyVisits(500), ...failed(20, SAID.tlsVerify)]))?.fix.text).toContain('proxy_ssl_trusted_certificate')
  })

  it('is silent about healthy handshakes', async () => {
    expect(await findingOf(tlsUpstream, healthyVisits(100))).toBeUndefined()
  })
})
