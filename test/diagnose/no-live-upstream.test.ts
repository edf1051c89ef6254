import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('no-live-upstream', {
  fires: [['all are left out', [...healthy(40), ...times(20, () => ({ status: 502, upstream: 'group', lived: 0, errors: [{ level: 'error', text: 'no live upstreams while connecting to upstream' }] }))], { severity: 'critical', layer: 'upstream', says: /max_fails=3/ }]],
  silent: [['502 of a backend', [...healthy(40), ...times(20, () => ({ status: 502 }))]]],
})
