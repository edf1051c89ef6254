import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('bad-reply', {
  fires: [
    ['no HTTP', [...healthy(40), ...times(20, () => ({ status: 9, lived: 0.001, errors: [{ level: 'error', text: 'upstream sent no valid HTTP/1.0 header while reading response header from upstream' }] }))], { severity: 'critical', layer: 'upstream', says: /not HTTP[^]*logged 009/ }],
    ['too big a head', [...healthy(40), ...times(20, () => ({ status: 502, lived: 0.001, errors: [{ level: 'error', text: 'upstream sent too big header while reading response header from upstream' }] }))], { severity: 'critical', says: /too big[^]*proxy_buffer_size 16k;/ }],
  ],
  silent: [['502 for another reason', [...healthy(40), ...times(20, () => ({ status: 502 }))]]],
})
