import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { differences } from '../cron/compare.ts'
import { ROOT } from '../helpers/cli.ts'
import { healthyVisits, logsOf, SAID, type Visit } from '../helpers/day.ts'
import { analyzed, type LogSet, mergedSummaries } from '../helpers/digests.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { Seeded, times } from '../helpers/seeded.ts'

/** Lines of an access log, and of the error log beside it. */
interface Lines {
  readonly access: readonly string[]
  readonly errors: readonly string[] | undefined
}

/** The server, 0 or more, that a line is of. */
type Split = (line: string, index: number, of: { readonly servers: number; readonly lines: number }) => number

const hashOf = (text: string): number => [...text].reduce((hash, char) => Math.imul(hash ^ char.codePointAt(0)!, 0x0100_0193) >>> 0, 7)
const clientOf = (line: string): string => (/, client: ([^,]+)/.exec(line)?.[1] ?? line.split(' ', 1)[0])!

/** A load balancer leads each client to one server, or each request to the next, or the traffic moved from server to server. */
const BY_CLIENT: Split = (line, _index, { servers }) => hashOf(clientOf(line)) % servers
const SPLITS: Readonly<Record<string, Split>> = {
  'by client': BY_CLIENT,
  'line by line': (_line, index, { servers }) => index % servers,
  'in time': (_line, index, { servers, lines }) => Math.floor((index * servers) / lines),
}

const linesOf = (path: string): string[] => readFileSync(`${ROOT}${path}`, 'utf8').split('\n').slice(0, -1)
const fromFiles = (access: string, errors?: string): Lines => ({ access: linesOf(access), errors: errors === undefined ? undefined : linesOf(errors) })
const written = (folder: string, name: string, lines: readonly string[]): string => {
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''))
  return join(folder, name)
}

/** The logs of each server. */
const serversOf = ({ access, errors }: Lines, split: Split, servers: number): LogSet[] => {
  const folder = temporaryFolder()
  const own = (lines: readonly string[], server: number): string[] => lines.filter((line, index) => split(line, index, { servers, lines: lines.length }) === server)
  return times(servers, (server) => ({
    access: [written(folder, `access-${server}.log`, own(access, server))],
    errors: errors === undefined ? [] : [written(folder, `error-${server}.log`, own(errors, server))],
  }))
}

const together = (servers: readonly LogSet[]): LogSet => ({ access: servers.flatMap(({ access }) => access), errors: servers.flatMap(({ errors }) => errors) })

/** Two at a time, whichever, until one is left. */
const mergedInAnyShape = async (summaries: readonly string[], random: Seeded) => {
  let rest = random.shuffled(summaries)
  while (rest.length > 2) {
    const [a, b, ...others] = rest
    rest = random.shuffled([(await mergedSummaries([a!, b!])).summary, ...others])
  }
  return mergedSummaries(rest)
}

/** All fields but those that name the files, and the clock. */
const expectSame = (actual: unknown, expected: unknown): void => expect(differences(actual, expected)).toEqual([])

const idle = (count: number, random: Seeded): Visit[] => times(count, () => ({ at: random.int(0, 1500), seconds: 60 + random.int(0, 5) / 1000, bytes: 0, client: `203.0.113.${random.int(1, 250)}`, said: random.next() < 0.7 ? SAID.idle : undefined }))

/** A backend restarts: all of its sessions end in one second, at each of five servers too few to be seen alone. */
const restart = (random: Seeded): Visit[] => times(20, () => ({ at: 800 - random.int(20, 200), seconds: 0, client: `192.0.2.${random.int(1, 250)}`, upstream: '10.0.0.9:8080' })).map((visit) => ({ ...visit, seconds: 800.2 - visit.at }))

const madeLines = (seed: number, options: { readonly level: 'none' | 'error' | 'notice' | 'info'; readonly format?: 'ws' | 'ws_plus' }): Lines => {
  const random = new Seeded(seed)
  const failed = times(40, (): Visit => ({ at: random.int(0, 1700), seconds: 0.002, status: 502, bytes: 157, client: `198.51.100.${random.int(1, 200)}`, said: SAID.refused }))
  // The backend's own answers: only that no error line comes tells them from failures of nginx.
  const answered = times(40, (): Visit => ({ at: random.int(0, 1700), seconds: 1.5, status: random.pick([502, 504]), bytes: 157, client: `198.51.100.${random.int(1, 200)}` }))
  const { access, error } = logsOf([...healthyVisits(900, { minutes: 30, seed }), ...idle(120, random), ...restart(random), ...failed, ...answered], options)
  const lines = (text: string): string[] => text.split('\n').slice(0, -1)
  return { access: lines(access), errors: error === undefined ? undefined : lines(error) }
}

interface Row {
  readonly name: string
  readonly lines: () => Lines
  readonly splits: readonly string[]
}

const ANY = Object.keys(SPLITS)
// An error line is found by the lines of its own server only.
const WITH_ERRORS = ['by client']

const LOGS: readonly Row[] = [
  ...['healthy', 'idle-60s', 'ingress-retries', 'mixed-site'].map((name) => ({ name, lines: () => fromFiles(`samples/${name}.access.log`), splits: ANY })),
  { name: 'who-cut-it', lines: () => fromFiles('samples/who-cut-it.access.log', 'samples/who-cut-it.error.log'), splits: WITH_ERRORS },
  { name: 'a real farm without an error log', lines: () => fromFiles('test/real-logs/farm/ws_access.log'), splits: ANY },
  { name: 'a real farm, level warn', lines: () => fromFiles('test/real-logs/farm/ws_access.log', 'test/real-logs/farm/error_warn.log'), splits: WITH_ERRORS },
  { name: 'a real farm, level info', lines: () => fromFiles('test/real-logs/farm/ws_access.log', 'test/real-logs/farm/error_info.log'), splits: WITH_ERRORS },
  { name: 'a real farm with $connection, level info', lines: () => fromFiles('test/real-logs/farm/ws_rich.log', 'test/real-logs/farm/error_info.log'), splits: WITH_ERRORS },
  ...[1, 2, 3].flatMap((seed): Row[] => [
    { name: `made lines, level info (seed ${seed})`, lines: () => madeLines(seed, { level: 'info' }), splits: WITH_ERRORS },
    { name: `made lines, level error, format ws (seed ${seed})`, lines: () => madeLines(seed, { level: 'error', format: 'ws' }), splits: WITH_ERRORS },
    { name: `made lines, no error log (seed ${seed})`, lines: () => madeLines(seed, { level: 'none' }), splits: ANY },
  ]),
]

describe('summaries of several servers merge to the report over all of their logs', () => {
  describe.each(LOGS)('$name', ({ lines, splits }) => {
    it.each(splits.flatMap((split) => [1, 2, 3, 5].map((servers) => ({ split, servers }))))('$split, $servers servers', async ({ split, servers }) => {
      const random = new Seeded(servers)
      const all = lines()
      const sets = serversOf(all, SPLITS[split]!, servers)
      const whole = (await analyzed(together(sets))).report
      const summaries: string[] = []
      for (const set of sets) summaries.push((await analyzed(set)).summary)
      const { report, summary } = await mergedSummaries(summaries)
      expectSame(report, whole)
      expect(whole.lines.read).toBe(all.access.length)
      // In any order, and what was merged merges, also alone.
      expectSame((await mergedSummaries(random.shuffled(summaries))).report, whole)
      expectSame((await mergedInAnyShape(summaries, random)).report, whole)
      expectSame((await mergedSummaries([summary])).report, whole)
    })
  })

  it.each([1, 2])('as if one server had written one log: who splits clients does not change what is said (seed %i)', async (seed) => {
    const all = madeLines(seed, { level: 'none' })
    const [one] = serversOf(all, BY_CLIENT, 1)
    const summaries: string[] = []
    for (const set of serversOf(all, BY_CLIENT, 5)) summaries.push((await analyzed(set)).summary)
    const whole = (await analyzed(one!)).report
    expectSame((await mergedSummaries(summaries)).report, whole)
    expect(whole.events.map(({ kind, upstream }) => ({ kind, upstream }))).toContainEqual({ kind: 'upstream-restart', upstream: '10.0.0.9:8080' })
  })
})
