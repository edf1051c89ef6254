import type { Finding } from '../report/report.ts'
import { HANDSHAKE_RULES } from './handshake-rules.ts'
import type { Facts, Rule } from './rule.ts'
import { SESSION_RULES } from './session-rules.ts'

/** Every rule; to add one, write it in a file of its own and name it in one of the two lists. */
const RULES: readonly Rule[] = [
  ...SESSION_RULES,
  ...HANDSHAKE_RULES,
]

const SEVERITIES: readonly Finding['severity'][] = ['critical', 'warning', 'info']

/** All that is worth saying, the most harmful first: by severity, then by sessions. */
export const diagnose = (facts: Facts): Finding[] =>
  RULES.flatMap((rule) => rule(facts) ?? []).sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || b.sessions - a.sessions || (a.code < b.code ? -1 : 1))
