import { beforeAll, describe, expect, it } from 'vitest'
import { readSummary, SUMMARY_SCHEMA } from '../../src/digest/document.ts'
import type { DigestJson } from '../../src/digest/digest.ts'
import type { SummaryJson } from '../../src/aggregate/summary.ts'
import { WslogError } from '../../src/errors.ts'
import { ROOT } from '../helpers/cli.ts'
import { inFormat } from '../helpers/earlier-formats.ts'
import { analyzed, mergedSummaries } from '../helpers/digests.ts'

/** Any place in a document, as the keys that lead there. */
type Place = readonly (string | number)[]

const placesOf = (value: unknown, place: Place = []): Place[] => {
  if (typeof value !== 'object' || value === null) return [place]
  // Of long lists the first, the second and the last are as good as all.
  const keys = Array.isArray(value) ? [...new Set([0, 1, value.length - 1])].filter((index) => index >= 0 && index < value.length) : Object.keys(value)
  return [place, ...keys.flatMap((key) => placesOf((value as Record<string | number, unknown>)[key], [...place, key]))]
}

/** The document with another value at a place; `undefined` takes the place away. */
const changed = (text: string, place: Place, value: unknown): unknown => {
  const document = JSON.parse(text) as Record<string | number, unknown>
  let at = document
  for (const key of place.slice(0, -1)) at = at[key] as typeof at
  if (value === undefined && Array.isArray(at)) at.splice(Number(place.at(-1)), 1)
  else if (value === undefined) Reflect.deleteProperty(at, place.at(-1)!)
  else at[place.at(-1)!] = value
  return document
}

const STRANGE: Readonly<Record<string, unknown>> = {
  null: null, 'a text': 'x', 'an empty text': '', 'a huge number': 1e300, 'more than a count': 2 ** 53, 'a large count': 2 ** 31, 'less than nothing': -5, 'a share': 0.5, 'an empty list': [], 'a list': [[1]], 'a long list': Array.from({ length: 200_000 }, () => 0), 'an object': {}, true: true,
  'keys of every object': JSON.parse('{"__proto__":{"polluted":1},"constructor":1,"toString":2}') as unknown, nothing: undefined,
}

let text = ''
beforeAll(async () => {
  text = (await analyzed({ access: [`${ROOT}samples/who-cut-it.access.log`], errors: [`${ROOT}samples/who-cut-it.error.log`] })).summary
})

const refusalOf = (document: unknown): string => {
  try {
    readSummary(document, 'x.summary.json')
  } catch (error) {
    if (error instanceof WslogError && error.code === 'input') return error.message
    throw error
  }
  return ''
}

describe('reading a summary', () => {
  it('takes what was written, and writes the same again', async () => {
    const { digest } = readSummary(JSON.parse(text), 'x.summary.json')
    expect(JSON.stringify(digest.toJSON())).toBe(JSON.stringify((JSON.parse(text) as { digest: unknown }).digest))
    expect((await mergedSummaries([text])).summary).toBe(text)
  })

  it.each([1, 2] as const)('takes format %i, which had no user agents: any may have been that of all', (format) => {
    const document = JSON.parse(text) as { digest: DigestJson }
    const schema = `wslog.summary/${format}`
    const json = readSummary({ ...document, schema, digest: inFormat(format, document.digest) }, 'x.summary.json').digest.toJSON()
    const { summary } = document.digest
    const attempts = summary.sessions + summary.failures.reduce((all, { count }) => all + count, 0)
    const bare = (rows: SummaryJson['sessionSample']['rows']): unknown => rows.map((row) => row.with(16, ''))
    expect(JSON.parse(JSON.stringify(json))).toEqual({
      ...document.digest,
      summary: {
        ...summary,
        sessionSample: { ...summary.sessionSample, rows: bare(summary.sessionSample.rows) },
        failureSample: { ...summary.failureSample, rows: bare(summary.failureSample.rows) },
        rankings: { ...summary.rankings, userAgents: { ...summary.rankings.userAgents, error: attempts, labels: [], attempts: [], sessions: [], faults: [], durationsMs: [] } },
      },
    })
  })

  it('holds rows of the first format to the same', () => {
    const document = JSON.parse(text) as { digest: DigestJson }
    const { clients } = (inFormat(1, document.digest) as { summary: { rankings: { clients: { rows: { sessions: number }[] } } } }).summary.rankings
    clients.rows[0]!.sessions = -1
    expect(refusalOf({ ...document, schema: 'wslog.summary/1', digest: { ...document.digest, summary: { ...document.digest.summary, rankings: { ...document.digest.summary.rankings, clients } } } })).toMatch(/clients\.rows\[0\]\.sessions: not a whole number/)
  })

  it.each(Object.entries(STRANGE))('%s in any place is refused, or makes a report; it never ends the program', { timeout: 120_000 }, async (_name, value) => {
    const places = placesOf(JSON.parse(text)).slice(1)
    expect(places.length).toBeGreaterThan(300)
    let refused = 0
    for (const place of places) {
      const document = changed(text, place, value)
      const message = refusalOf(document)
      if (message === '') await mergedSummaries([JSON.stringify(document)])
      else {
        expect(message).toMatch(/^x\.summary\.json: is /)
        refused++
      }
    }
    expect(refused).toBeGreaterThan(places.length / 3)
    expect(({} as { polluted?: number }).polluted).toBeUndefined()
  })

  it.each([
    ['sessions that do not add up', ['digest', 'summary', 'sessions'], 1],
    ['a cell that no histogram has', ['digest', 'summary', 'ages', 'busy', 'cells', 0], 2 ** 31],
    ['an ending that wslog does not know', ['digest', 'summary', 'endings', 0, 'cause'], 'eaten'],
    ['a message that wslog does not know', ['digest', 'errors', 'tally', 'byMessage'], { __unknown: 1 }],
    ['a time that no date has', ['digest', 'errors', 'process', 'events', 0, 0], 1e300],
    ['lists of a ranking that are not of one length', ['digest', 'summary', 'rankings', 'clients', 'attempts', 0], undefined],
    ['durations of a row that is not there', ['digest', 'summary', 'rankings', 'clients', 'durationsMs', 0, 0], 4000],
    ['a format without a variable', ['digest', 'logs', 0, 'formats', 0, 'directive', 'value'], 'nothing'],
  ] as const)('says that it was changed: %s', (_name, place, value) => {
    expect(refusalOf(changed(text, place, value))).toMatch(/^x\.summary\.json: is a summary, but not a whole one: .*make it anew \(/)
  })

  it.each([
    ['a report', { schema: 'wslog.report/1' }, /is a report, which does not merge; make a summary/],
    ['a newer one', { schema: 'wslog.summary/4' }, /is wslog\.summary\/4, made by a newer release of wslog; this one reads wslog\.summary\/3/],
    ['something else', { schema: 'wslog.diff/1' }, /is no summary of wslog/],
    ['a list', [], /is no summary of wslog/],
    ['null', null, /is no summary of wslog/],
    ['a number', 7, /is no summary of wslog/],
    ['nothing but its schema', { schema: SUMMARY_SCHEMA }, /not a whole one/],
  ])('refuses %s and says what it is', (_name, document, message) => expect(refusalOf(document)).toMatch(message))
})
