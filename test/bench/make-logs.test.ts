import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { loadKnownFormats } from '../../src/input/formats.ts'
import { wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { LOG_KINDS, type LogKind } from './logs.ts'
import { makeLogs } from './make-logs.ts'
import { faultOf } from './run-scenario.ts'

const kindOf = (name: string): LogKind => LOG_KINDS.find((kind) => kind.name === name)!

const textOf = (path: string): string => (path.endsWith('.gz') ? gunzipSync(readFileSync(path)) : readFileSync(path)).toString()

describe.each(LOG_KINDS.map((kind) => [kind.name, kind] as const))('the log %s', (_, kind) => {
  it('is what wslog takes it for, to the last line, joined with its error log', async () => {
    const logs = makeLogs(kind, { folder: temporaryFolder(), megabytes: 1 })
    const { stdout, code } = await wslog(['analyze', '--json', logs.access, '-e', logs.errors])
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as { inputs: { kind: string; logFormat: string }[]; lines: { read: number; parsed: number }; sessions: { count: number; quiet: number }; endings: { cause: string; confidence: string }[] }
    expect(report.inputs.find(({ kind }) => kind === 'access')).toMatchObject({ logFormat: kind.format.name })
    expect(report.lines).toMatchObject({ read: logs.lines, parsed: logs.lines })
    expect(report.sessions.count).toBe(logs.sessions)
    expect(report.endings).toContainEqual(expect.objectContaining({ cause: 'idle-timeout', confidence: 'confirmed' }))
  })

  it('is of the size asked for, lasts a day, and is the same at every run', () => {
    const [one, two] = [0, 1].map(() => makeLogs(kind, { folder: temporaryFolder(), megabytes: 1 })) as [ReturnType<typeof makeLogs>, ReturnType<typeof makeLogs>]
    const text = textOf(one.access)
    expect(text).toBe(textOf(two.access))
    expect(text).toHaveLength(one.bytes)
    expect(one.bytes).toBeGreaterThanOrEqual(1e6)
    expect(one.bytes).toBeLessThan(1.001e6)
    expect(text.split('\n')).toHaveLength(one.lines + 1)
    expect(text.match(/2[01]\/Nov\/2026:\d\d/g)!.at(-1)).toMatch(/20\/Nov\/2026:2[23]|21\/Nov\/2026:0[01]/)
    expect(textOf(one.errors)).toBe(textOf(two.errors))
    expect(one.errorBytes / one.bytes).toBeCloseTo(0.1, 1)
  })
})

it('writes only formats that wslog knows', async () => {
  const known = (await loadKnownFormats()).map(({ name }) => name)
  for (const { format } of LOG_KINDS) expect(known).toContain(format.name)
})

it('has no client and no path twice where all are to be distinct', () => {
  const { access, lines } = makeLogs(kindOf('distinct'), { folder: temporaryFolder(), megabytes: 1 })
  const entries = textOf(access).trimEnd().split('\n').map((line) => /^(\S+) .*"GET ([^?]+)/.exec(line)!)
  expect(new Set(entries.map(([, client]) => client)).size).toBe(lines)
  expect(new Set(entries.map(([, , path]) => path)).size).toBe(lines)
})

it('makes an empty log of no size', () => {
  const { access, errors, lines } = makeLogs(kindOf('ws'), { folder: temporaryFolder(), megabytes: 0 })
  expect([textOf(access), textOf(errors), lines]).toEqual(['', '', 0])
})

describe('faultOf', () => {
  it.each([
    [{ lines: 10 }, undefined],
    [{ lines: 9 }, 'found 9 of 10 lines'],
    [{ sessions: 7 }, undefined],
    [{ sessions: Number.NaN }, 'found NaN of 7 sessions'],
  ])('holds %j against the log', (found, fault) => {
    expect(faultOf(found, { lines: 10, sessions: 7 })).toBe(fault)
  })
})
