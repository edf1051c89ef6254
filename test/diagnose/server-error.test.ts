import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('server-error', {
  fires: [
    ['500 of the backend', [...healthy(40), ...times(20, () => ({ status: 500, lived: 0.02 }))], { severity: 'critical', layer: 'upstream', sessions: 20, says: /with 500/ }],
    ['auth_request', [...healthy(40), ...times(20, () => ({ status: 500, upstream: '-', lived: 0.02, errors: [{ level: 'error', text: 'auth request unexpected status: 400' }] }))], { layer: 'nginx', says: /auth_request/ }],
  ],
  silent: [['two of them', [...healthy(40), ...times(2, () => ({ status: 500 }))]]],
})
