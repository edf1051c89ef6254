import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { loadKnownFormats as Load } from '../../../src/input/formats.ts'
import type { zoneOfOffset as Zone } from '../../../src/commands/log-zone.ts'
import type { stampZoneOf as Stamps } from '../../../src/commands/stamp-zone.ts'
import type { analyze as Analyze } from '../../../src/pipeline.ts'
import { NO_FILTERS } from '../../../src/session/filter.ts'
import { ROOT } from '../../helpers/cli.ts'
import { JOINED_LOGS } from '../../helpers/logs.ts'
import { type Seeded, times } from '../../helpers/seeded.ts'
import { mutated } from '../mutate.ts'
import { smallerLists } from '../smaller.ts'
import { target } from '../target.ts'

interface Input {
  /** Lines of one or two access logs and of the error log beside them, each with its line end. */
  readonly access: readonly (readonly string[])[]
  readonly errors: readonly string[]
  readonly threads: number
}

/** Of a real pair as many lines as a case reads. */
const MAX_LINES = 150

/** A report on broken logs says the same whatever the number of threads, and its lines add up. */
export const wholeRuns = target<Input>({
  name: 'whole-runs',
  cases: 30,
  make: (random) => {
    const [access = '', , error = ''] = random.pick(JOINED_LOGS)
    return { access: times(random.pick([1, 1, 2]), () => brokenLog(random, access)), errors: random.next() < 0.8 ? brokenLog(random, error) : [], threads: random.pick([2, 2, 2, 3, 5]) }
  },
  check: async ({ access, errors, threads }) => {
    const folder = mkdtempSync(join(tmpdir(), 'wslog-fuzz-'))
    try {
      const write = (name: string, lines: readonly string[]): string => {
        writeFileSync(join(folder, name), lines.join(''), 'latin1')
        return join(folder, name)
      }
      const files = access.map((lines, index) => write(`access${index}.log`, lines))
      const errorFiles = errors.length > 0 ? [write('error.log', errors)] : []
      const [one, several] = [await reportOn(files, errorFiles, 1), await reportOn(files, errorFiles, threads)]
      const { read, parsed, skipped, filtered } = one.lines
      if (read !== parsed + skipped + filtered) return `lines do not add up: ${JSON.stringify(one.lines)}`
      const [first, second] = [JSON.stringify(one, null, 1).split('\n'), JSON.stringify(several, null, 1).split('\n')]
      const at = first.findIndex((line, index) => line !== second[index])
      return at < 0 && first.length === second.length ? undefined : `one thread: ${first.slice(at, at + 5).join('\n')}\n${threads} threads: ${second.slice(at, at + 5).join('\n')}`
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  smaller: function* (input) {
    for (const access of smallerLists(input.access, smallerLists)) yield { ...input, access }
    for (const errors of smallerLists(input.errors)) yield { ...input, errors }
  },
})

const logs = new Map<string, readonly string[]>()

const linesOf = (path: string): readonly string[] => {
  const lines = logs.get(path) ?? readFileSync(`${ROOT}${path}`, 'latin1').split('\n').slice(0, -1)
  logs.set(path, lines)
  return lines
}

const brokenLog = (random: Seeded, path: string): string[] => {
  const lines = linesOf(path)
  const from = random.int(0, Math.max(1, lines.length - MAX_LINES))
  return lines.slice(from, from + MAX_LINES).map((line) => (random.next() < 0.85 ? line : mutated(random, line, random.pick(lines))) + (random.next() < 0.995 ? '\n' : random.pick(['', '\r\n', '\r', '\n\n'])))
}

/** What is built: threads read plain JavaScript. */
const built = async <T>(path: string): Promise<T> => (await import(pathToFileURL(`${ROOT}dist/${path}`).href)) as T

const reportOn = async (files: readonly string[], errorFiles: readonly string[], threads: number) => {
  const { analyze } = await built<{ analyze: typeof Analyze }>('pipeline.js')
  const { loadKnownFormats } = await built<{ loadKnownFormats: typeof Load }>('input/formats.js')
  const { stampZoneOf } = await built<{ stampZoneOf: typeof Stamps }>('commands/stamp-zone.js')
  const { zoneOfOffset } = await built<{ zoneOfOffset: typeof Zone }>('commands/log-zone.js')
  return analyze({
    files, errorFiles, threads, formats: (await loadKnownFormats()).map(({ format }) => format), readTimeoutMs: undefined, isQueryKept: false, isAnonymized: false, signal: new AbortController().signal, onRead: () => {},
    onOpen: ({ offsetMinutes, offsets }) => ({ filters: NO_FILTERS, timeZone: zoneOfOffset(offsetMinutes ?? 0).name, stampZone: stampZoneOf(offsets, undefined) }),
    top: 10, version: '0.0.0', generatedAtMs: 0,
  })
}
