import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { DURATION_EDGES_SECONDS } from '../../src/live/duration-edges.ts'
import { Metrics } from '../../src/publish/metrics.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { installProgram } from './programs.ts'
import { readmeFile } from './readme-blocks.ts'
import { BUSY } from './totals.ts'

const promtool = installProgram('promtool', { package: 'prometheus' })
const RULES = readmeFile('/etc/prometheus/rules/wslog.yml')

interface Case {
  /** Series in promtool's notation, a value a minute. */
  readonly firing: readonly string[]
  readonly silent: readonly string[]
  /** When the alert is looked at. */
  readonly at: string
}

/** A value that grows by so much a minute, for a while and then by another. */
const grows = (perMinute: number, minutes: number, then = perMinute, thenMinutes = 0): string => `0+${perMinute}x${minutes}${thenMinutes > 0 ? ` ${perMinute * minutes + then}+${then}x${thenMinutes}` : ''}`
const of = (series: string, values: string): string => `{ series: '${series.replace('{', '{job="wslog",instance="a",').replace(',}', '}')}', values: '${values}' }`

const faults = (cause: string, values: string): string => of(`wslog_session_drops_total{cause="${cause}",layer="nginx",fault="true"}`, values)
const handshakes = (switched: number, failed: number): readonly string[] => [of('wslog_handshakes_total{result="switched"}', grows(switched, 60)), of('wslog_handshakes_total{result="failed"}', grows(failed, 60))]
const lines = (parsed: number, skipped: number, kind = 'access'): readonly string[] => [of(`wslog_lines_total{log_kind="${kind}",result="parsed"}`, grows(parsed, 60)), of(`wslog_lines_total{log_kind="${kind}",result="skipped"}`, grows(skipped, 60))]
const durations = (upTo60: number, upTo61: number, all: number, dot = ''): readonly string[] => [
  of(`wslog_session_duration_seconds_bucket{le="60${dot}"}`, grows(upTo60, 90)), of(`wslog_session_duration_seconds_bucket{le="61${dot}"}`, grows(upTo61, 90)), of('wslog_session_duration_seconds_count{}', grows(all, 90)),
]

const CASES: Readonly<Record<string, readonly Case[]>> = {
  WslogDown: [{ firing: [of('up{}', '1 0x20')], silent: [of('up{}', '1x20')], at: '10m' }],
  WslogTextfileOld: [{ firing: [of('node_textfile_mtime_seconds{file="/var/lib/node_exporter/wslog.prom"}', '0x20')], silent: [of('node_textfile_mtime_seconds{file="/var/lib/node_exporter/wslog.prom"}', '0+60x20'), of('node_textfile_mtime_seconds{file="/var/lib/node_exporter/apt.prom"}', '0x20')], at: '10m' }],
  WslogLogMissing: [{ firing: [of('wslog_log_following{path="/a"}', '1 0x20')], silent: [of('wslog_log_following{path="/a"}', '1 0x5 1x20')], at: '15m' }],
  WslogBehind: [{ firing: [of('wslog_lag_seconds{log_kind="access"}', '90x20')], silent: [of('wslog_lag_seconds{log_kind="access"}', '90x3 0x20')], at: '10m' }],
  WslogSkipsLines: [
    { firing: lines(90, 10), silent: lines(99, 1), at: '50m' },
    { firing: lines(0, 10), silent: lines(10, 90, 'error'), at: '50m' },
  ],
  WebSocketHandshakesFail: [
    { firing: handshakes(90, 10), silent: handshakes(99, 1), at: '30m' },
    { firing: handshakes(0, 2), silent: handshakes(1, 0.5), at: '30m' }, // half of a few: too few
  ],
  WebSocketSessionsCut: [
    { firing: [faults('idle-timeout', grows(2, 1500, 10, 30)), faults('client-reset', grows(1, 1530))], silent: [faults('idle-timeout', grows(10, 1530))], at: '1520m' },
    { firing: [faults('worker-shutdown', grows(0, 1500, 4, 30))], silent: [faults('worker-shutdown', grows(0, 1500, 1, 30))], at: '1520m' },
  ],
  WebSocketIdleTimer: [
    { firing: durations(5, 9, 10), silent: durations(5, 6, 10), at: '85m' },
    { firing: durations(5, 9, 10, '.0'), silent: durations(0.5, 0.9, 1), at: '85m' }, // as Prometheus 3 has it; and too few
  ],
  WebSocketSessionsLost: [{ firing: [of('wslog_sessions_lost_total{}', '0x10 12x20')], silent: [of('wslog_sessions_lost_total{}', '12x30')], at: '20m' }],
}

const ALERTS = [...RULES.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!)

describe('the alert rules of the README', () => {
  it('each have a case', () => {
    expect(Object.keys(CASES).sort()).toEqual([...ALERTS].sort())
  })

  it('use metrics and labels that there are, and edges of the histogram', async () => {
    const text = await new Metrics({ version: '1' }).render(BUSY, 'text')
    const names = new Set([...text.matchAll(/^(\w+)/gm)].map(([, name]) => name!))
    for (const [, name, labels = ''] of RULES.matchAll(/\b(wslog_\w+)(?:\{([^}]*)\})?/g)) {
      expect(names, name).toContain(name)
      for (const [, label, value] of labels.matchAll(/(\w+)="([^"]*)"/g)) expect(text, `${name} ${label}`).toMatch(new RegExp(`^${name}\\{.*${label}="${value}"`, 'm'))
    }
    for (const [, edge] of RULES.matchAll(/le=~"(\d+)/g)) expect(DURATION_EDGES_SECONDS).toContain(Number(edge))
  })

  it.runIf(promtool !== undefined)('pass promtool check rules', () => {
    const { status, stdout, stderr } = spawnSync(promtool!, ['check', 'rules', temporaryFile('wslog.yml', RULES)], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(stdout).toContain(`${ALERTS.length} rules found`)
    expect(status).toBe(0)
  })

  /** The alerts that fire at a time, as promtool finds them: asked whether none does, it names those that do. */
  const fires = (alert: string, series: readonly string[], at: string): boolean => {
    const folder = temporaryFolder()
    temporaryFile('wslog.yml', RULES, folder)
    const test = temporaryFile('test.yml', `
rule_files: [wslog.yml]
evaluation_interval: 1m
tests:
  - interval: 1m
    input_series:
${series.map((line) => `      - ${line}`).join('\n')}
    alert_rule_test:
      - { eval_time: ${at}, alertname: ${alert}, exp_alerts: [] }
`, folder)
    const { status, stdout, stderr } = spawnSync(promtool!, ['test', 'rules', test], { cwd: join(folder), encoding: 'utf8' })
    const said = stdout + stderr
    if (status === 0) expect(said).toContain('SUCCESS')
    else expect(said).toMatch(new RegExp(`alertname: ${alert}.*\\n(?:.*\\n)*.*got:\\[`))
    return status !== 0
  }

  const named = Object.entries(CASES).flatMap(([alert, cases]) => cases.map((one, index): [string, Case] => [`${alert} ${index + 1}`, one]))

  it.runIf(promtool !== undefined).each(named)('%s fires, and is silent, when it should', (name, { firing, silent, at }) => {
    const alert = name.split(' ')[0]!
    expect(fires(alert, firing, at)).toBe(true)
    expect(fires(alert, silent, at)).toBe(false)
  })
})
