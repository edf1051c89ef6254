import { describeRule } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const polls = (count: number) => times(count, (index) => ({ at: index, status: 200, path: '/socket.io/?EIO=4&transport=polling&sid=abc', upgrade: '-', lived: 25 }))
const opened = (count: number, status: number) => times(count, (index) => ({ at: index, status, path: '/socket.io/?EIO=4&transport=websocket', lived: 40 }))

describeRule('fallback-to-polling', {
  fires: [
    ['the socket fails, so they poll', [...opened(10, 400), ...polls(300)], { severity: 'warning', sessions: 10, says: /never get a socket/ }],
    ['some poll for ever', [...opened(10, 101), ...polls(300)], { severity: 'info', says: /may poll/ }],
  ],
  silent: [['a handful of polls each, then a socket', [...opened(60, 101), ...polls(240)]]],
})
