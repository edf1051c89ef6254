import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

const unresolved = (text: string) => times(20, () => ({ status: 502, upstream: '-', lived: 0, errors: [{ level: 'error', text }] }))

describeRule('dns', {
  fires: [
    ['no such name', [...healthy(40), ...unresolved('chat.internal could not be resolved (3: Host not found)')], { severity: 'critical', layer: 'nginx', says: /cannot resolve[^]*resolver 127\.0\.0\.11/ }],
    ['no resolver', [...healthy(40), ...unresolved('no resolver defined to resolve chat.internal')], { severity: 'critical', says: /has no resolver/ }],
  ],
  silent: [['502 of a backend', [...healthy(40), ...times(20, () => ({ status: 502 }))]]],
})
