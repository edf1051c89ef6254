import { unusualClientEnding } from './client-endings.ts'
import { perDay, type Rule } from './rule.ts'
import { counted, percent } from './wording.ts'

/** Unusually many clients read too slowly for what they are sent. */
export const clientStalled: Rule = (facts) => {
  const ending = unusualClientEnding(facts, 'client-stalled')
  if (ending === undefined) return undefined
  const { sessions, share, common, evidence } = ending
  return {
    code: 'client-stalled',
    severity: 'warning',
    layer: 'client',
    title: `${percent(share)} of clients stop reading until nginx gives up`,
    detail: `${counted(sessions, 'session')} ended because the client took nothing for the whole of send_timeout although data was waiting: too slow for the messages sent, asleep, or gone.${common}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { sessions, ...evidence },
    fix: { text: 'Send less to slow clients: watch the send buffer in the application (bufferedAmount) and drop or merge messages, or close such clients itself. A longer send_timeout only puts the end off.', nginx: '' },
    source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#send_timeout',
  }
}
