import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { evidenceGaps, WS_PLUS } from '../../src/diagnose/evidence-gaps.ts'
import { healthyVisits } from '../helpers/day.ts'
import { findingOf } from '../helpers/findings.ts'

describe('evidence-gaps', () => {
  it('advises the format and the error log where both are wanting', async () => {
    expect(await findingOf(evidenceGaps, healthyVisits(50), { format: 'ws', level: 'none' })).toMatchObject({
      severity: 'info', title: 'These logs cannot tell how 100 % of sessions ended', fix: { nginx: expect.stringMatching(/^# in http\nlog_format ws_plus [^#]*# in the location of \/ws\/\naccess_log \S+ ws_plus;\nerror_log \S+ info;$/) },
    })
  })

  it('advises the level alone where the format is good', async () => {
    expect(await findingOf(evidenceGaps, healthyVisits(50), { level: 'error', further: [[10, 'error', '*3 access forbidden by rule, client: 203.0.113.5, server: x, request: "GET / HTTP/1.1", host: "x"']] })).toMatchObject({ evidence: { missing: ['info-level'] }, fix: { nginx: '# in the location of /ws/\nerror_log /var/log/nginx/ws_error.log info;' } })
  })

  it('is silent where nothing is missing', async () => {
    expect(await findingOf(evidenceGaps, healthyVisits(50))).toBeUndefined()
  })

  it('has the format as formats/ws_plus.conf has it', () => {
    const snippet = readFileSync(new URL('../../formats/ws_plus.conf', import.meta.url), 'utf8')
    expect(`${WS_PLUS.join('\n')}\n`).toBe(snippet.slice(snippet.indexOf('log_format')))
  })
})
