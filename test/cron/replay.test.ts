import { mkdirSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLI, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { installProgram } from '../publish/programs.ts'
import { differences, summarized } from './compare.ts'
import { cronRun } from './cron-run.ts'
import { type Replayed, type ReplayOptions, replay } from './replay.ts'

const logrotate = installProgram('logrotate', { package: 'logrotate' })

/*
 * WSLOG_REPLAY_SEED=7 WSLOG_REPLAY_ROUNDS=500 npx vitest run -c test/vitest.config.ts --root . test/cron/replay.test.ts -t 'a month of nights'
 * replays other months for hours. WSLOG_REPLAY_KEEP=folder keeps the logs, their copy and the state of each there, to look into.
 * The plan and the logs of a seed are always the same; how far a run came before it was killed is not.
 */
const FIRST_SEED = Number(process.env['WSLOG_REPLAY_SEED'] ?? 20_261_001)
const ROUNDS = Number(process.env['WSLOG_REPLAY_ROUNDS'] ?? 1)
const SEEDS = Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round)
const TIMEOUT_MS = 300_000

const REAL = [process.execPath, CLI]
const STAND_IN = [process.execPath, new URL('stand-in.mjs', import.meta.url).pathname, CLI]

/** One report over the logs as they were written. */
const wholeReport = async (copyFolder: string): Promise<unknown> => {
  const copies = (log: string): string[] => readdirSync(copyFolder).filter((name) => name.startsWith(log)).map((name) => join(copyFolder, name))
  const { code, stdout, stderr } = await wslog(['analyze', ...copies('ws_access.log'), '-e', ...copies('ws_error.log'), '--json'])
  if (code !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

/** What differs between what was kept and the whole, by each way to get at it, or by the first alone; empty: nothing. */
const verdict = async ({ copyFolder, stateFolder, command, journal, surprises }: Replayed, wslogProgram: readonly string[], { ways }: { ways: 'all' | 'first' } = { ways: 'all' }): Promise<string> => {
  const whole = await wholeReport(copyFolder)
  const asked: [string, unknown][] = []
  const ask = async (what: string, args: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await cronRun(args)
    if (code === 0) asked.push([what, JSON.parse(stdout)])
    else surprises = [...surprises, `${what}: exit ${code}: ${stderr}`]
  }
  await ask('the last run', [...command, '--json'])
  if (ways === 'all') {
    await ask('one more, with nothing new', [...command, '--json'])
    await ask('wslog state', [...wslogProgram, 'state', stateFolder, '--json'])
  }
  const found = asked.flatMap(([what, answer]) => {
    const state = answer as { files?: unknown[]; hours?: unknown[]; report?: unknown }
    const shape = what === 'wslog state' && !(state.files?.length && state.hours?.length) ? ['wslog state: no files or no hours'] : []
    const all = differences(what === 'wslog state' ? state.report : answer, whole)
    return [...shape, ...(all.length === 0 ? [] : [`${what}: ${all.length} fields differ\n${summarized(all)}`])]
  })
  const complaints = [...surprises.map((text) => `unexpected: ${text}`), ...found]
  return complaints.length === 0 ? '' : [...complaints, '', 'What was done:', ...journal].join('\n')
}

const KEEP = process.env['WSLOG_REPLAY_KEEP']

const folderFor = ({ seed, format }: Pick<ReplayOptions, 'seed' | 'format'>): string => {
  if (KEEP === undefined) return temporaryFolder()
  const folder = resolve(KEEP, `${format}-${seed}-${process.pid}-${Math.round(performance.now())}`)
  mkdirSync(folder, { recursive: true })
  return folder
}

const replayed = (options: Omit<ReplayOptions, 'folder'>): Promise<Replayed> => replay({ ...options, folder: folderFor(options) })

describe.runIf(logrotate !== undefined)('a month of nights', () => {
  it.each(SEEDS)('equals one run over the whole, to the line (seed %i)', async (seed) => {
    const done = await replayed({ seed, days: 30, perDay: 240, format: 'ws_plus', wslog: REAL })
    expect(await verdict(done, REAL)).toBe('')
    // Most kills hit a run that was at work.
    expect(done.kills.sent).toBeGreaterThanOrEqual(10)
    expect(done.kills.hit / done.kills.sent).toBeGreaterThan(0.5)
  }, TIMEOUT_MS)

  it.each(SEEDS)('does so in a format without numbers of connections, too (seed %i)', async (seed) => {
    const done = await replayed({ seed: seed + 500_000, days: 8, perDay: 200, format: 'combined', wslog: REAL })
    expect(await verdict(done, REAL)).toBe('')
  }, TIMEOUT_MS)
})

describe.runIf(logrotate !== undefined)('the replay itself', () => {
  const DAYS = { seed: 20_261_001, days: 9, perDay: 60, format: 'ws_plus' } as const

  it('finds nothing where every byte is kept', async () => {
    const done = await replayed({ ...DAYS, wslog: [...STAND_IN, 'none'] })
    expect(await verdict(done, [...STAND_IN, 'none'])).toBe('')
  }, TIMEOUT_MS)

  it.each(['inode-only', 'two-steps', 'half-lines', 'live-only', 'copies'])('finds the fault of one that is %s', async (fault) => {
    const done = await replayed({ ...DAYS, wslog: [...STAND_IN, fault] })
    expect(await verdict(done, [...STAND_IN, fault], { ways: 'first' })).toMatch(/lines\.read: kept \d+, whole \d+/)
  }, TIMEOUT_MS)
})
