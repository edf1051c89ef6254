import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { JOINED_LOGS, REAL_LOGS, SAMPLES } from '../helpers/logs.ts'
import { schemaErrors, sessionSchemaErrors } from '../helpers/report.ts'

// What holds for every log that there is. One run of a command over a log serves all that is asked of it.

const run = (command: string, args: readonly string[]) => wslog([command, ...args], { cwd: ROOT, input: '' })

/** What `wslog analyze` prints, and the JSON report of the same run. */
const analyzed = async (args: readonly string[]): Promise<{ shown: string; json: string }> => {
  const file = join(temporaryFolder(), 'report.json')
  const { code, stdout, stderr } = await run('analyze', [...args, '--threads', '1', '-o', file])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return { shown: stdout, json: readFileSync(file, 'utf8') }
}

const widest = (text: string): string => text.split('\n').reduce((most, line) => ([...line].length > [...most].length ? line : most))

const expectFits = (shown: string): void => {
  expect(shown).not.toBe('')
  expect([...widest(shown)].length, widest(shown)).toBeLessThanOrEqual(80)
  expect(shown).not.toMatch(/[ \t]$/m)
}

const expectSound = (report: Report): void => {
  expect(schemaErrors(report)).toEqual([])
  const { lines, endings, timeline, handshakes, sessions } = report
  expect(lines.parsed + lines.skipped + lines.filtered).toBe(lines.read)
  expect(endings.reduce((sum, one) => sum + one.sessions, 0)).toBe(sessions.count)
  expect(timeline.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(handshakes.attempts)
}

/** `wslog sessions` has a record for every handshake of the report. */
const expectRecords = async (args: readonly string[], { handshakes, sessions: { count }, endings }: Report): Promise<void> => {
  const { code, stdout, stderr } = await run('sessions', args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const records = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as { kind: string; cause: string })
  expect(records.flatMap(sessionSchemaErrors)).toEqual([])
  expect(records).toHaveLength(handshakes.attempts)
  expect(records.filter(({ kind }) => kind === 'session')).toHaveLength(count)
  for (const { cause } of endings) expect(records.filter((record) => record.kind === 'session' && record.cause === cause)).toHaveLength(endings.reduce((sum, ending) => sum + (ending.cause === cause ? ending.sessions : 0), 0))
}

const untimed = (json: string): string => json.replace(/"generatedAt": "[^"]*"/, '"generatedAt": null')

describe('the report fits 80 columns, keeps to its schema, adds up, and has a record of wslog sessions for every handshake', () => {
  it.each(SAMPLES)('%s', async (path) => {
    const { shown, json } = await analyzed([path])
    const report = JSON.parse(json) as Report
    expectFits(shown)
    expectSound(report)
    await expectRecords([path], report)
  })

  it.each(JOINED_LOGS)('%s %s %s', async (...args) => {
    const { shown, json } = await analyzed(args)
    const report = JSON.parse(json) as Report
    expectFits(shown)
    expectSound(report)
    await expectRecords(args, report)
    const { joined } = report.evidence
    expect(joined!.found).toBeLessThanOrEqual(joined!.endings)
  })

  it.each(REAL_LOGS)('%s without its error log, and with two threads, byte for byte', async (path) => {
    const { shown, json } = await analyzed([path])
    expectFits(shown)
    expectSound(JSON.parse(json) as Report)
    const { stdout, stderr } = await run('analyze', ['--json', '--threads', '2', path])
    expect(stderr).toBe('')
    expect(untimed(stdout)).toBe(untimed(json))
  })
})
