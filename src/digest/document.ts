import { WslogError } from '../errors.ts'
import { digestShape } from './digest-shape.ts'
import { Digest, type DigestJson } from './digest.ts'
import { fields, ShapeError, text } from './shape.ts'

export const SUMMARY_SCHEMA = 'wslog.summary/3'
/** What is read: in the first one rankings had an object a row, up to the second one user agents were not counted. */
const KNOWN_SCHEMAS: ReadonlySet<string | undefined> = new Set(['wslog.summary/1', 'wslog.summary/2', SUMMARY_SCHEMA])

/** What `-o x.summary.json` writes: a digest, to be merged with those of other servers. */
export interface SummaryDocument {
  readonly schema: typeof SUMMARY_SCHEMA
  readonly version: string
  readonly generatedAt: string
  readonly timeZone: string
  readonly digest: Digest
}

export const summaryToJson = ({ schema, version, generatedAt, timeZone, digest }: SummaryDocument): string => `${JSON.stringify({ schema, version, generatedAt, timeZone, digest: digest.toJSON() })}\n`

/**
 * Reads a summary document. `name`: where it is from, for the message.
 * @throws WslogError `input` when it is none, is newer, or is not whole
 */
export const readSummary = (document: unknown, name: string): SummaryDocument => {
  const json = document as Partial<Record<keyof SummaryDocument, unknown>> | null
  const schema = typeof json === 'object' && json !== null && typeof json.schema === 'string' ? json.schema : undefined
  if (schema?.startsWith('wslog.report/')) throw new WslogError('input', `${name}: is a report, which does not merge; make a summary of the same logs: wslog analyze … -o x.summary.json`)
  if (schema !== undefined && /^wslog\.summary\/\d+$/.test(schema) && !KNOWN_SCHEMAS.has(schema)) throw new WslogError('input', `${name}: is ${schema}, made by a newer release of wslog; this one reads ${SUMMARY_SCHEMA}`)
  if (!KNOWN_SCHEMAS.has(schema)) throw new WslogError('input', `${name}: is no summary of wslog; one is made by wslog analyze … -o x.summary.json`)
  try {
    summaryShape(json, 'the summary')
    const { version, generatedAt, timeZone, digest } = json as { version: string; generatedAt: string; timeZone: string; digest: DigestJson }
    return { schema: SUMMARY_SCHEMA, version, generatedAt, timeZone, digest: Digest.fromJSON(digest) }
  } catch (error) {
    // A format of a log that is none.
    if (!(error instanceof ShapeError || error instanceof WslogError)) throw error
    throw new WslogError('input', `${name}: is a summary, but not a whole one: it was changed after wslog wrote it, or is of another release; make it anew (${error.message})`, { cause: error })
  }
}

const summaryShape = fields({ version: text, generatedAt: text, timeZone: text, digest: digestShape })
