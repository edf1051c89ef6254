import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DURATION_EDGES_SECONDS } from '../../src/live/duration-edges.ts'
import type { RunTotals } from '../../src/live/snapshot.ts'
import { Metrics } from '../../src/publish/metrics.ts'
import { type MetricsServer, serveMetrics } from '../../src/publish/serve-metrics.ts'
import { freePorts } from '../nginx/nginx.ts'
import { installProgram } from './programs.ts'
import { readmeFile } from './readme-blocks.ts'
import { BUSY } from './totals.ts'

const prometheus = installProgram('prometheus', { package: 'prometheus' })

const HOSTILE = '/a"} 1\n\\"\u0000\u{1F600}'
const AT_60 = DURATION_EDGES_SECONDS.indexOf(61)
const TOTALS: RunTotals = {
  ...BUSY,
  durations: { edges: DURATION_EDGES_SECONDS, counts: Array.from({ length: DURATION_EDGES_SECONDS.length + 1 }, (_, index) => (index === AT_60 ? 480 : 1)), sum: 30_000 },
  by: [{ field: 'paths', rows: [{ name: HOSTILE, succeeded: 77, failed: 0, faults: 0 }] }],
}

interface Sample {
  readonly metric: Readonly<Record<string, string>>
  readonly value: readonly [number, string]
}

describe.runIf(prometheus !== undefined)('a real Prometheus', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wslog-prometheus-'))
  let server: MetricsServer
  let child: ChildProcess
  let address: string
  const said: string[] = []

  const query = async (expression: string): Promise<Sample[]> => {
    const response = await fetch(`http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`)
    const { status, data } = (await response.json()) as { status: string; data: { result: Sample[] } }
    expect(status).toBe('success')
    return data.result
  }
  const valueOf = async (expression: string): Promise<string[]> => (await query(expression)).map(({ value }) => value[1])

  /** It scrapes a target again only when what it got before is stored: the second scrape is the sign to begin. */
  beforeAll(async () => {
    let scrapes = 0
    let onSecond = (): void => {}
    const second = new Promise<void>((resolve) => (onSecond = resolve))
    server = await serveMetrics({ host: '127.0.0.1', port: 0, metrics: new Metrics({ version: '1.2.3' }), totals: () => {
      if (++scrapes === 2) onSecond()
      return TOTALS
    } })
    address = `127.0.0.1:${freePorts(1)[0]}`
    mkdirSync(join(folder, 'data'))
    writeFileSync(join(folder, 'wslog.yml'), readmeFile('/etc/prometheus/rules/wslog.yml'))
    writeFileSync(join(folder, 'prometheus.yml'), `
global: { scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 2s }
rule_files: [wslog.yml]
scrape_configs: [{ job_name: wslog, static_configs: [{ targets: ['${new URL(server.url).host}'] }] }]
`)
    child = spawn(prometheus!, [`--config.file=${folder}/prometheus.yml`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${address}`], { stdio: ['ignore', 'ignore', 'pipe'] })
    const log = createInterface({ input: child.stderr! })
    const ready = new Promise<void>((resolve, reject) => {
      log.on('line', (line) => {
        said.push(line)
        if (line.includes('Server is ready to receive web requests')) resolve()
      })
      child.once('exit', () => reject(new Error(`prometheus ended:\n${said.join('\n')}`)))
    })
    await ready
    await second
  }, 60_000)

  afterAll(async () => {
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await Promise.all([ended, server.close()])
    rmSync(folder, { recursive: true, force: true })
  })

  it.each([
    ['up', '1'],
    ['wslog_handshakes_total{result="switched"}', '1200'],
    ['sum(wslog_handshake_failures_total)', '35'],
    ['wslog_session_drops_total{cause="idle-timeout",fault="true"}', '480'],
    ['sum by (fault) (wslog_session_drops_total{fault="false"})', '700'],
    ['wslog_session_duration_seconds_bucket{le=~"61([.]0)?"} - ignoring(le) wslog_session_duration_seconds_bucket{le=~"60([.]0)?"}', '480'],
    ['wslog_session_duration_seconds_count', String(480 + DURATION_EDGES_SECONDS.length)],
    ['wslog_session_duration_seconds_sum', '30000'],
    ['wslog_sessions_open', '345'],
    ['wslog_sessions_lost_total', '7'],
    ['wslog_log_following{log_kind="error"}', '0'],
    ['wslog_lag_seconds{log_kind="access"}', '2.5'],
    ['count(process_resident_memory_bytes > 1e6)', '1'],
  ])('finds %s to be %s', async (expression, value) => {
    expect(await valueOf(expression)).toEqual([value])
  })

  it('finds the 60 s timer in a quantile', async () => {
    const [median] = await valueOf('histogram_quantile(0.5, wslog_session_duration_seconds_bucket)')
    expect(Number(median)).toBeGreaterThan(60)
    expect(Number(median)).toBeLessThan(61)
  })

  it('keeps a path as it was written, whatever is in it', async () => {
    const [{ metric, value } = { metric: {}, value: [] }] = await query('wslog_path_handshakes_total{result="switched"}')
    expect(metric).toMatchObject({ path: String.raw`/a"} 1\x0A\"\x00` + '\u{1F600}' })
    expect(value[1]).toBe('77')
  })

  it('knows what each metric is', async () => {
    const { data } = (await (await fetch(`http://${address}/api/v1/metadata`)).json()) as { data: Record<string, { type: string; help: string }[]> }
    const types = Object.fromEntries(Object.entries(data).map(([name, [one]]) => [name, one!.type]))
    expect(types).toMatchObject({ wslog_handshakes: 'counter', wslog_session_duration_seconds: 'histogram', wslog_sessions_open: 'gauge', wslog_lines: 'counter', wslog_build_info: 'gauge' })
    for (const [name, [one]] of Object.entries(data)) expect(one!.help, name).not.toBe('')
  })

  it('took all, by OpenMetrics, and loaded the rules of the README', async () => {
    const { data } = (await (await fetch(`http://${address}/api/v1/targets`)).json()) as { data: { activeTargets: { health: string; lastError: string }[] } }
    expect(data.activeTargets).toMatchObject([{ health: 'up', lastError: '' }])
    const rules = (await (await fetch(`http://${address}/api/v1/rules`)).json()) as { data: { groups: { rules: { name: string; lastError?: string }[] }[] } }
    expect(rules.data.groups[0]!.rules.map(({ lastError }) => lastError ?? '').join('')).toBe('')
    expect(rules.data.groups[0]!.rules.length).toBeGreaterThan(7)
    expect(said.filter((line) => /level=(?:warn|error)/.test(line))).toEqual([])
  })
})
