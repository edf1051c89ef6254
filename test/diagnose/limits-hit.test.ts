import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('limits-hit', {
  fires: [
    ['limit_conn, and its line', [...healthy(40), ...times(20, () => ({ status: 503, upstream: '-', lived: 0, errors: [{ level: 'error', text: 'limiting connections by zone "many"' }] }))], { severity: 'critical', layer: 'nginx', sessions: 20, says: /^limit_conn of nginx refuses[^]*may be a load balancer[^]*limit_conn sockets 50;/ }],
    ['limit_req, and its line', [...healthy(40), ...times(20, () => ({ status: 429, upstream: '-', lived: 0, errors: [{ level: 'error', text: 'limiting requests, excess: 0.986 by zone "often"' }] }))], { severity: 'critical', says: /^limit_req of nginx refuses[^]*limit_req zone=handshakes/ }],
    ['503, and no line', [...healthy(90), ...times(5, () => ({ status: 503, upstream: '-', lived: 0 }))], { severity: 'warning', says: /may refuse/ }],
  ],
  silent: [['503 of the backend', [...healthy(40), ...times(20, () => ({ status: 503 }))]]],
})
