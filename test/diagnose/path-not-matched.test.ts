import { describeRule, healthy } from '../helpers/describe-rule.ts'
import { times } from '../helpers/handshake-facts.ts'

describeRule('path-not-matched', {
  fires: [
    ['404 and no backend asked', [...healthy(40), ...times(20, () => ({ status: 404, path: '/socket', upstream: '-', lived: 0 }))], { severity: 'critical', layer: 'nginx', sessions: 20, says: /location \/socket \{/ }],
    ['a file is looked for', [...healthy(90), ...times(5, () => ({ status: 404, path: '/socket', upstream: '-', lived: 0, errors: [{ level: 'error', text: 'open() "/usr/share/nginx/html/socket" failed (2: No such file or directory)' }] }))], { severity: 'warning', says: /it looked for files/ }],
    ['a scanner: many paths, each once', [...healthy(40), ...times(20, (index) => ({ status: 404, path: `/ws${index}`, upstream: '-', lived: 0 }))], { severity: 'info' }],
  ],
  silent: [['the backend says 404', [...healthy(40), ...times(20, () => ({ status: 404, path: '/socket' }))]]],
})
