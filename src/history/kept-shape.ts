import { Info } from 'luxon'
import { both, count, fields, flag, list, numeric, oneOf, orNull, type Shape, sum, text, time, tuple, where, whole } from '../digest/shape.ts'
import { LEVELS } from '../error-log/level.ts'
import { isRememberedFile } from '../input/unread/remembered-file.ts'

/** More than is ever kept of what has a limit. */
const MANY = 1 << 20
const MAX_RING_SECONDS = 128
const MAX_RING_UPSTREAMS = 64
const INT32 = 2 ** 31

const zone = both(text, where<string>('a zone', (name) => Info.normalizeZone(name).isValid))
const texts = list(text, { atMost: MANY })
const span = fields({ fromMs: time, toMs: time })
const level = whole(0, LEVELS.length - 1)
/** A 32-bit number, with a sign or without. */
const bits32 = whole(-INT32, INT32 * 2 - 1)

const file = fields({ file: where('a log that is remembered', isRememberedFile), lines: sum, covered: orNull(fields({ fromMs: time, toMs: time, finest: level })) })

/** Of {@link Kept}. */
export const keptShape: Shape = fields({
  settings: fields({ zone: orNull(zone), paths: texts, hosts: texts, upstreams: texts, clients: texts, isQueryKept: flag, isAnonymized: flag }),
  retentionDays: whole(1, MANY),
  access: list(file, { atMost: MANY }),
  errors: list(file, { atMost: MANY }),
  offsets: list(fields({ offsetMinutes: whole(-1440, 1440), fromMs: time, toMs: time }), { atMost: MANY }),
  rule: fields({ ownLogs: texts, isNamed: flag, prefixes: texts }),
  blind: list(span, { atMost: MANY }),
  undecided: list(fields({ path: text, lines: sum, switched: sum }), { atMost: MANY }),
})

interface Ring {
  readonly newest: number
  readonly oldest: number
  readonly judgedTo: number
  readonly upstreams: readonly string[]
  readonly counts: readonly (readonly [second: number, upstream: number, count: number])[]
}

const second = whole(-8.64e12, 8.64e12)

/** All seconds from the one that is judged next to the newest are gone through, so there must be few. */
const ring = both(
  fields({ newest: second, oldest: second, judgedTo: second, upstreams: list(text, { atMost: MAX_RING_UPSTREAMS }), counts: list(tuple([second, whole(0, MAX_RING_UPSTREAMS - 1), count]), { atMost: MAX_RING_SECONDS * MAX_RING_UPSTREAMS }) }),
  where<Ring>('two minutes at most', ({ newest, oldest, judgedTo, counts }) => [oldest - 1, judgedTo, ...counts.map(([at]) => at)].every((at) => at >= newest - MAX_RING_SECONDS && at <= newest)),
  where<Ring>('of upstreams that it names', ({ upstreams, counts }) => upstreams.length > 0 && counts.every(([, upstream]) => upstream < upstreams.length)),
)

/** nginx counts them in 64 bits. */
const connection = numeric(-1, 2 ** 64)
const errorRow = tuple([numeric(-8.64e12, 8.64e12), bits32, connection, bits32, bits32, bits32, bits32, text])
const place = { client: text, host: text, path: text, upstream: text }
const mark = fields({ hasId: flag, idHigh: bits32, idLow: bits32, connection, requests: bits32, pid: bits32, atMs: time, clockStepMs: oneOf([1, 1000]), ...place })
const openRows = list(fields({ name: text, open: count }), { atMost: MANY })
const paths = list(tuple([text, sum]), { atMost: MANY })

/** Of {@link Carry}. */
export const carryShape: Shape = fields({
  ring: orNull(ring),
  waiting: list(errorRow, { atMost: MANY }),
  marks: list(mark, { atMost: MANY }),
  open: orNull(fields({ count, waitingAtMost: count, waitingSeconds: numeric(0, Number.MAX_VALUE), oldest: orNull(fields({ startedAt: text, ...place })), byUpstream: openRows, byPath: openRows, lost: count })),
  census: fields({ switchedPaths: paths, plainFolders: paths }),
})
