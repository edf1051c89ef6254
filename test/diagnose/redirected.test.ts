import { expect } from 'vitest'
import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('redirected', {
  fires: [
    ['a slash is added', [...healthy(40), ...times(20, () => ({ status: 301, path: '/ws', upstream: '-', lived: 0 }))], { severity: 'critical', layer: 'nginx', says: /lacks the slash[^]*location = \/ws \{/, evidence: expect.objectContaining({ kind: 'slash' }) }],
    ['from http to https', [...healthy(95), ...times(5, () => ({ status: 308, path: '/chat', upstream: '-', lived: 0 }))], { severity: 'warning', says: /may lead from http to https/ }],
    ['by the backend', [...healthy(95), ...times(5, () => ({ status: 302, path: '/chat', lived: 0 }))], { severity: 'warning', layer: 'upstream' }],
  ],
  silent: [['two of them', [...healthy(60), ...times(2, () => ({ status: 301, path: '/ws', upstream: '-' }))]]],
})
