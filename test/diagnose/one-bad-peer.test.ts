import { describeRule } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const peers = (isBad: (index: number) => boolean, path: (peer: number) => string = () => '/ws/room') => times(300, (index) => ({
  at: index, status: isBad(index) ? 500 : 101, client: `198.51.100.${index % 200}`, upstream: `10.0.0.${1 + (index % 3)}:8080`, path: path(index % 3), lived: isBad(index) ? 0.01 : 30,
}))

describeRule('one-bad-peer', {
  fires: [['one of three fails half of the time', peers((index) => index % 3 === 1 && index % 2 === 0), { severity: 'critical', layer: 'upstream', sessions: 50, says: /10\.0\.0\.2:8080 fails far more[^]*other 2 backends/ }]],
  silent: [
    ['all fail alike', peers((index) => index % 2 === 0)],
    ['it serves another place', peers((index) => index % 3 === 1, (peer) => `/${'abc'[peer]}/ws`)],
    ['a few more by chance', peers((index) => index % 30 === 1)],
  ],
})
