import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('backend-slow', {
  fires: [['no answer in time', [...healthy(40), ...times(20, () => ({ status: 504, lived: 60, errors: [{ level: 'error', text: 'upstream timed out (110: Connection timed out) while reading response header from upstream' }] }))], { severity: 'critical', layer: 'upstream', says: /after 60 s \(median\)/ }]],
  silent: [['the backend answers 500', [...healthy(40), ...times(20, () => ({ status: 500 }))]]],
})

describeRule('backend-unreachable', {
  fires: [['no connection', [...healthy(40), ...times(20, () => ({ status: 504, lived: 5, upstream: '10.0.0.9:80', errors: [{ level: 'error', text: 'upstream timed out (110: Connection timed out) while connecting to upstream' }] }))], { severity: 'critical', says: /cannot reach the backend 10\.0\.0\.9:80/ }]],
  silent: [],
})
