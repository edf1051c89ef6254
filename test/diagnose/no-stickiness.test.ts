import { describeRule } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const SOCKET_IO = '/socket.io/?EIO=4&transport=websocket&sid=abc'

describeRule('no-stickiness', {
  fires: [
    ['Socket.IO does not know the session', times(60, (index) => ({ at: index, status: index % 2 === 0 ? 101 : 400, path: SOCKET_IO, upstream: `10.0.0.${1 + (index % 3)}:8080`, lived: index % 2 === 0 ? 60 : 0.002 })), { severity: 'warning', layer: 'nginx', sessions: 30, says: /ip_hash;/ }],
    ['who is led elsewhere is lost soon', times(400, (index) => {
      const isChange = Math.floor(index / 4) % 2 === 1
      return { at: index * 10, status: 101, client: '198.51.100.1', upstream: `10.0.0.${1 + (Math.floor(index / 2) % 2)}:8080`, lived: index % 2 === 0 ? (isChange ? 0.5 : 0.4) : 8 }
    }), { severity: 'warning', says: /may lose/ }],
  ],
  silent: [
    ['one backend', times(60, (index) => ({ at: index, status: index % 2 === 0 ? 101 : 400, path: SOCKET_IO }))],
    ['400 everywhere: the headers are missing', times(60, (index) => ({ at: index, status: 400, path: SOCKET_IO, upstream: `10.0.0.${1 + (index % 3)}:8080` }))],
    ['who is led elsewhere lives as long', times(400, (index) => ({ at: index * 10, status: 101, client: '198.51.100.1', upstream: `10.0.0.${1 + (Math.floor(index / 2) % 2)}:8080`, lived: index % 3 === 0 ? 0.5 : 8 }))],
  ],
})
