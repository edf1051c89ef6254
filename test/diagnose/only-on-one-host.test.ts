import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('only-on-one-host', {
  fires: [['ws works, wss does not', [...healthy(40), ...times(20, () => ({ status: 400, host: 'secure.example.com', lived: 0.001 }))], { severity: 'critical', layer: 'nginx', sessions: 20, says: /succeed on chat.example.com and fail on secure.example.com[^]*upgrade-missing/ }]],
  silent: [
    ['both hosts work', [...healthy(40), ...times(20, () => ({ status: 101, host: 'secure.example.com' }))]],
    ['a scanner at the bare address', [...healthy(40), ...times(20, () => ({ status: 404, host: '203.0.113.9', upstream: '-' }))]],
    ['no host works', times(40, (index) => ({ status: 400, host: `${index % 2}.example.com` }))],
  ],
})
