import { describeRule, healthy, HOSTILE } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('upgrade-missing', {
  fires: [
    ['426 where nothing ever succeeds', [...healthy(40), ...times(20, () => ({ status: 426, path: '/plain/room', lived: 0.002 }))], { severity: 'critical', layer: 'nginx', sessions: 20, says: /does not seem to pass .*\/plain\/room[^]*# in the location of \/plain\/room\nproxy_http_version 1.1;/ }],
    ['404 might be a wrong path, so it is only a maybe', [...healthy(40), ...times(20, () => ({ status: 404, path: '/cable', lived: 0.002 }))], { severity: 'warning', says: /may not pass/ }],
    ['a path that is no path', times(20, () => ({ status: 400, path: HOSTILE.replaceAll('"', '\\x22'), lived: 0.002 })), { severity: 'critical', says: /# in the location of \/ws\/\n/ }],
  ],
  silent: [
    ['some fail where most succeed: the headers do pass', [...healthy(40), ...times(10, () => ({ status: 400, lived: 0.002 }))]],
    ['rooms told apart by number', [...healthy(10), ...times(30, (index) => ({ status: 101, path: `/room/${index}/ws` })), ...times(5, (index) => ({ status: 404, path: `/room/9${index}/ws` }))]],
    ['404 of nginx itself', [...healthy(40), ...times(10, () => ({ status: 404, path: '/gone', upstream: '-' }))]],
  ],
})

describeRule('refused-by-backend', {
  fires: [['400 for some, 101 for others', [...healthy(60), ...times(10, () => ({ status: 400, lived: 0.002 }))], { severity: 'warning', layer: 'upstream', sessions: 10 }]],
  silent: [['nothing succeeds there', times(20, () => ({ status: 400, lived: 0.002 }))]],
})
