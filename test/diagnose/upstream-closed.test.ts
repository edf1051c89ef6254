import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const closed = (path: string) => times(20, () => ({ status: 502, path, lived: 0.002, errors: [{ level: 'error', text: 'upstream prematurely closed connection while reading response header from upstream' }] }))

describeRule('upstream-closed', {
  fires: [
    ['it hangs up', [...healthy(40), ...closed('/ws/room')], { severity: 'critical', layer: 'upstream', sessions: 20, says: /hangs up/ }],
    ['Engine.IO hangs up on a session it does not know', [...healthy(40), ...closed('/socket.io/?transport=websocket&sid=abc')], { says: /Engine\.IO[^]*ip_hash/ }],
  ],
  silent: [['it answers 502 itself', [...healthy(40), ...times(20, () => ({ status: 502 }))]]],
})
