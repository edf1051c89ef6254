import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('origin-refused', {
  fires: [
    ['the backend checks the origin', [...healthy(40), ...times(10, () => ({ status: 403, path: '/live', lived: 0.002 }))], { severity: 'warning', layer: 'upstream', says: /may be an origin check[^]*proxy_set_header Upgrade/ }],
    ['nobody gets in', times(20, () => ({ status: 403, lived: 0.002 })), { severity: 'critical' }],
    ['deny', [...healthy(40), ...times(10, () => ({ status: 403, upstream: '-', path: '/live', lived: 0, errors: [{ level: 'error', text: 'access forbidden by rule' }] }))], { severity: 'warning', layer: 'nginx', says: /deny all;/ }],
    ['a stranger now and then', [...healthy(100), ...times(3, () => ({ status: 403 }))], { severity: 'info' }],
  ],
  silent: [['two of them', [...healthy(40), ...times(2, () => ({ status: 403 }))]]],
})

describeRule('login-refused', {
  fires: [
    ['the backend asks for a token', [...healthy(40), ...times(10, () => ({ status: 401, lived: 0.002 }))], { severity: 'warning', layer: 'upstream', says: /others succeed at the same place/ }],
    ['auth_basic', [...healthy(40), ...times(10, () => ({ status: 401, upstream: '-', lived: 0, path: '/basic', errors: [{ level: 'info', text: 'no user/password was provided for basic authentication' }] }))], { layer: 'nginx', says: /auth_basic off;/ }],
  ],
  silent: [['two of them', [...healthy(40), ...times(2, () => ({ status: 401 }))]]],
})
