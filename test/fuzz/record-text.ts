import { Field } from '../../src/log-format/fields.ts'
import type { AccessRecord } from '../../src/log-format/record.ts'

/** The slots that hold a text; all others hold a number, and their place in the line is nobody's. */
const TEXTS: ReadonlySet<number> = new Set([Field.client, Field.host, Field.request, Field.method, Field.uri, Field.args, Field.upstream, Field.upgrade, Field.userAgent, Field.completion, Field.requestId, Field.upstreamName])

/** All that a record says, as one text: to compare what was read twice. */
export const recordText = ({ bytes, from, to, number, offsetMinutes }: AccessRecord): string =>
  `${Array.from(number, (value, field) => (TEXTS.has(field) ? bytes.toString('latin1', from[field], to[field]) : value)).join('|')} ${offsetMinutes}`
