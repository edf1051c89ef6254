import { expect, it } from 'vitest'
import { healthy } from '../helpers/describe-rule.ts'
import { reportOfHandshakes, times } from '../helpers/handshake-facts.ts'
import { refusalOf } from '../helpers/nginx-lines.ts'
import { findNginx } from '../nginx/nginx.ts'

it('a healthy log, with what happens every day, gives no warning', async () => {
  const { findings } = await reportOfHandshakes([
    ...healthy(2000),
    ...times(10, (index) => ({ at: index * 200, status: 499, lived: 0.3 })),
    ...times(6, (index) => ({ at: index * 300, status: 401, lived: 0.01 })),
    ...times(4, (index) => ({ at: index * 300, status: 404, path: `/ws${index}.php`, upstream: '-', lived: 0 })),
    ...times(3, (index) => ({ at: index * 300, status: 502, lived: 0, errors: [{ level: 'error', text: 'connect() failed (111: Connection refused) while connecting to upstream' }] })),
    ...times(500, (index) => ({ at: index * 4, status: 200, path: '/index.html', upgrade: '-', lived: 0.01 })),
  ])
  expect(findings.filter(({ severity }) => severity !== 'info')).toEqual([])
})

it('an empty log gives nothing', async () => {
  expect((await reportOfHandshakes(times(3, () => ({ status: 200, path: '/', upgrade: '-' })))).findings).toEqual([])
})

it.runIf(findNginx() !== undefined)('lines that nginx would refuse are found out', () => {
  expect(refusalOf('proxy_read_timeuot 1h;')).toMatch(/unknown directive/)
  expect(refusalOf('# in the http block\nproxy_pass http://127.0.0.1;')).toMatch(/not allowed here/)
})
