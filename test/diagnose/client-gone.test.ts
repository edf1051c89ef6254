import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('client-gone', {
  fires: [
    ['they wait and give up', [...healthy(60), ...times(20, (index) => ({ at: index * 100, status: 499, lived: 10 }))], { severity: 'warning', layer: 'upstream', says: /give up after 10 s/ }],
    ['a wave', [...healthy(1000), ...times(50, () => ({ at: 5000, status: 499, lived: 0.2 }))], { severity: 'warning', layer: 'client', says: /one minute stands out/ }],
  ],
  silent: [
    ['a few all day', [...healthy(600), ...times(20, (index) => ({ at: index * 100, status: 499, lived: 0.2 }))]],
    ['bad requests', [...healthy(40), ...times(20, () => ({ status: 400, upstream: '-' }))]],
  ],
})
