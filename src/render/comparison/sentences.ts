import type { Caveat, CaveatCode, ChangeVerdict, ComparedRow, ComparedSide, Comparison, RowReason } from '../../compare/comparison.ts'
import { formatCount } from '../format.ts'
import { clip } from '../sanitize.ts'
import { formatRow } from './figures.ts'

/** Every sentence of a comparison, in one place. */

export const CHANGE_VERDICTS: Readonly<Record<ChangeVerdict, string>> = { better: 'better', worse: 'worse', changed: 'changed', same: 'same', unclear: 'unclear' }

export const REASONS: Readonly<Record<RowReason, string>> = {
  'evidence-differs': 'one report saw what the other could not',
  'rule-differs': 'other lines were counted as handshakes',
  few: 'fewer than six in both',
  short: 'too few minutes to see how much it varies by itself',
  'measures-differ': 'share of the sessions and rate in an hour of open sessions do not say the same',
  'not-known': 'one report does not know it',
}

export const HEALTH: Readonly<Record<ComparedSide['health'], string>> = { ok: 'healthy', degraded: 'not healthy', failing: 'failing', unknown: 'health not known' }

export const VERDICT_KEY = 'better, worse, changed: beyond chance, and large enough to matter; same: a change that matters can be excluded; unclear: too little to say either. chance: how often chance alone does this, bursts and the number of rows reckoned in.'

const MAX_NAMED = 4

/** The answer: what got better, what got worse. */
export const answerSentence = ({ rows, caveats, before, after }: Comparison): string => {
  if (caveats.some(({ code }) => code === 'same-report')) return 'Both reports tell of the same lines: nothing to compare.'
  if (before.attempts === 0 || after.attempts === 0) return `Nothing to compare: no WebSocket handshake in ${before.attempts === 0 ? (after.attempts === 0 ? 'either report' : 'the report before') : 'the report after'}.`
  const named = rows.filter((row) => !isSaid(row, rows))
  const [better, worse] = [named.filter(({ verdict }) => verdict === 'better'), named.filter(({ verdict }) => verdict === 'worse')]
  if (better.length + worse.length > 0) return `Better: ${listed(better)}. Worse: ${listed(worse)}.`
  const main = rows.filter(({ id }) => id === 'success-rate' || id === 'faults')
  const isUnclear = main.every(({ verdict }) => verdict === 'unclear')
  return `Nothing better or worse beyond chance: ${main.map(formatRow).join('; ')}.${isUnclear ? ' There is too little to rule a change out.' : ''}`
}

/** An age whose cause is named already is not said again, nor an hour's rate of what is counted. */
const isSaid = (row: ComparedRow, rows: readonly ComparedRow[]): boolean =>
  row.group === 'clusters' && rows.some(({ group, label, verdict }) => group === 'endings' && verdict === row.verdict && row.id.endsWith(`:${label}`))

const listed = (rows: readonly ComparedRow[]): string => {
  if (rows.length === 0) return 'nothing beyond chance'
  const more = rows.length - MAX_NAMED
  return `${rows.slice(0, MAX_NAMED).map(formatRow).join('; ')}${more > 0 ? `; and ${more} more` : ''}`
}

const WIDTH = 80

/** What makes the two less comparable, and what follows from it. */
export const caveatSentence = ({ code, before, after }: Caveat): string => CAVEATS[code](clip(before, WIDTH), clip(after, WIDTH))

const CAVEATS: Readonly<Record<CaveatCode, (before: string, after: string) => string>> = {
  'same-report': (before) => `The same lines twice: ${before}.`,
  empty: (before, after) => `Handshakes: ${before} before, ${after} after.`,
  length: (before, after) => `Of different length: ${minutes(before)} before, ${minutes(after)} after. Read shares and rates, not numbers.`,
  'time-of-day': () => 'Other times of day: people do other things then, and that is no effect of a change.',
  weekend: (before, after) => `One is of a weekend, the other is not: ${before}, ${after}.`,
  order: () => 'The first report is of a later time than the second one.',
  overlap: () => 'The two overlap in time: some sessions are in both, and what is sure looks surer than it is.',
  evidence: (before, after) => `They rest on different logs (${before}; ${after}), so causes cannot be compared where the one shows what the other cannot.`,
  rule: (before, after) => `Handshakes were counted by different rules (${before}, ${after}): the success rate cannot be compared.`,
  inputs: (before, after) => `Logs of different names: ${before}; ${after}.`,
  hosts: (before, after) => `No host in common: ${before}; ${after}. Are they of one site?`,
  'log-format': (before, after) => `Written in different formats: ${before}; ${after}.`,
  filtered: (before, after) => `One was filtered, the other was not: ${before} and ${after} lines left out.`,
  incomplete: (before, after) => `Logs that could not be read, in whole or in part: ${before} before, ${after} after.`,
}

const minutes = (text: string): string => {
  const count = Number(text)
  return count < 180 ? `${formatCount(count)} min` : count < 4320 ? `${formatCount(count / 60)} h` : `${formatCount(count / 1440)} d`
}
