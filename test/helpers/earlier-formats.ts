import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { RankingJson, RankingRowsJson } from '../../src/aggregate/ranking.ts'
import type { SummaryJson } from '../../src/aggregate/summary.ts'
import type { DigestJson } from '../../src/digest/digest.ts'

/** What was written before: 1 has an object a row in rankings, 1 and 2 have no user agents. */
export type EarlierFormat = 1 | 2

const rowsOf = ({ labels, attempts, sessions, faults, durationsMs, ...head }: RankingJson): RankingRowsJson => {
  const durations = new Map(durationsMs)
  return { ...head, rows: labels.map((label, row) => ({ label, attempts: attempts[row]!, sessions: sessions[row]!, faults: faults[row]!, durationsMs: durations.get(row) ?? null })) }
}

const USER_AGENT = 16
const withoutUserAgents = ({ limit, rows }: SummaryJson['sessionSample']): unknown => ({ limit, rows: rows.map((row) => row.slice(0, USER_AGENT)) })

/** A digest as it was written then. */
export const inFormat = (format: EarlierFormat, digest: DigestJson): unknown => {
  const { userAgents: _, ...rankings } = digest.summary.rankings
  return {
    ...digest,
    summary: {
      ...digest.summary,
      sessionSample: withoutUserAgents(digest.summary.sessionSample),
      failureSample: withoutUserAgents(digest.summary.failureSample),
      rankings: Object.fromEntries(Object.entries(rankings).map(([field, ranking]) => [field, 'rows' in ranking || format === 2 ? ranking : rowsOf(ranking)])),
    },
  }
}

interface ManifestJson {
  readonly schema: string
  readonly sha256: string
  readonly segments: readonly { readonly name: string; readonly file: string }[]
}

/** Makes of a state what an earlier version of its format would have kept. */
export const toFormat = (format: EarlierFormat, state: string): void => {
  const path = join(state, 'state.json')
  const { segments, schema, sha256, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as ManifestJson
  if (schema !== 'wslog.state/3' || sha256 === '') throw new Error(`another format: ${schema}`)
  const rewritten = segments.map(({ name, file }) => {
    const at = join(state, 'segments', file)
    // What a run does not add to stays as it is.
    const json = JSON.parse(gunzipSync(readFileSync(at)).toString()) as DigestJson
    const text = JSON.stringify(name === 'carry' ? json : inFormat(format, json))
    const packed = gzipSync(text)
    writeFileSync(at, packed)
    return { name, file, bytes: packed.length, jsonBytes: Buffer.byteLength(text), sha256: createHash('sha256').update(packed).digest('hex') }
  })
  const head = `{"schema":"wslog.state/${format}","sha256":"`
  const tail = `",${JSON.stringify({ ...rest, segments: rewritten }).slice(1)}\n`
  writeFileSync(path, `${head}${createHash('sha256').update(head).update(tail).digest('hex')}${tail}`)
}
