import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const REFUSED = [{ level: 'error', text: 'connect() failed (111: Connection refused) while connecting to upstream' }]

describeRule('backend-refused', {
  fires: [['nobody listens', [...healthy(60), ...times(20, (index) => ({ at: 20 + (index % 3), status: 502, lived: 0, errors: REFUSED }))], { severity: 'critical', layer: 'upstream', sessions: 20, says: /10\.0\.0\.1:8080 refuses[^]*All within 2 s\./ }]],
  silent: [['two of them', [...healthy(40), ...times(2, () => ({ status: 502, errors: REFUSED }))]]],
})
