import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const retried = (count: number) => times(count, (index) => ({ at: index, status: 101, upstream: '10.0.0.2:8080, 10.0.0.1:8080', errors: [{ level: 'error', text: 'connect() failed (111: Connection refused) while connecting to upstream', upstream: 'http://10.0.0.2:8080/ws/room' }] }))

describeRule('failed-first-tries', {
  fires: [
    ['every third needs a second backend', [...healthy(60), ...retried(30)], { severity: 'warning', layer: 'upstream', sessions: 30, says: /30 refused connections/ }],
    ['a few', [...healthy(200), ...retried(4)], { severity: 'info' }],
  ],
  silent: [['one in a thousand', [...healthy(3000), ...retried(3)]]],
})
