import { LEVELS } from '../error-log/level.ts'
import { MESSAGES } from '../error-log/messages.ts'
import type { TallyJson } from './logs-read.ts'
import { both, count, fields, flag, list, oneOf, orNull, record, type Shape, sum, text, time, tuple, where, whole } from './shape.ts'
import { summaryShape } from './summary-shape.ts'

const MANY = 1 << 20
const MAX_LOGS = 1 << 16
const MAX_FORMATS = 1024
const MAX_EVENTS = 50_000
const MAX_PROCESS = 2 ** 31 - 1

const tally = both(
  fields({ counts: fields({ read: sum, parsed: sum, skipped: sum, filtered: sum, overlong: sum, glued: sum }), formats: list(text, { atMost: MAX_FORMATS }), bytes: sum, fromMs: orNull(time), toMs: orNull(time) }),
  where<TallyJson>('with lines that add up', ({ counts: { read, parsed, skipped, filtered } }) => read === parsed + skipped + filtered),
)

const log = { path: text, envelope: orNull(text), tally }
const format = fields({ name: text, directive: fields({ name: text, escape: oneOf(['default', 'json', 'none']), value: text }) })
const held = oneOf(['none', 'error', 'warn', 'notice', 'info'])

const errors: Shape = fields({
  tally: fields({
    byLevel: both(list(count, { atMost: LEVELS.length }), where<readonly number[]>('of all levels', ({ length }) => length === LEVELS.length)),
    byMessage: record(oneOf(MESSAGES.map(({ id }) => id)), count),
    unknown: list(fields({ text, level: oneOf(LEVELS), count }), { atMost: 1024 }),
    unknownOthers: count,
  }),
  level: held,
  rewrites: list(tuple([text, text, text, count]), { atMost: 1024 }),
  process: fields({ dropped: count, events: list(tuple([time, oneOf(MESSAGES.flatMap((message) => message.process ?? [])), whole(-1, MAX_PROCESS), whole(-1, MAX_PROCESS)]), { atMost: MAX_EVENTS * 2 }) }),
  coverage: list(fields({ fromMs: time, toMs: time, finest: whole(0, LEVELS.length - 1) }), { atMost: MAX_LOGS }),
  joined: fields({ endings: count, joined: count, ambiguous: count }),
  zone: fields({ zone: text, from: oneOf(['access-log', 'option', 'system']) }),
  logs: list(fields({ ...log, fromMs: orNull(time), toMs: orNull(time) }), { atMost: MAX_LOGS }),
})

/** What `Digest.toJSON` gives. */
export const digestShape: Shape = fields({
  summary: summaryShape,
  logs: list(fields({ ...log, formats: list(format, { atMost: MAX_FORMATS }) }), { atMost: MAX_LOGS }),
  examples: list(fields({ path: text, line: sum, column: sum, reason: text }), { atMost: 1024 }),
  rule: fields({ ownLogs: list(text, { atMost: MAX_LOGS }), isNamed: flag, prefixes: list(text, { atMost: MANY }) }),
  errors: orNull(errors),
  losses: list(fields({ atMs: time, sessions: count, how: oneOf(['stop', 'crash', 'numbers']), pid: whole(-1, MAX_PROCESS) }), { atMost: MANY }),
})
