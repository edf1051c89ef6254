import { it } from 'vitest'
import { appendFileSync, writeFileSync } from 'node:fs'
import { temporaryFolder } from './helpers/folder.ts'
import { readAll, tailOf } from './helpers/tail.ts'
import { wsLine } from './helpers/ws-line.ts'
import { timeLocal } from './helpers/nginx-time.ts'
it('x', async () => {
  const path = temporaryFolder() + '/a.log'
  writeFileSync(path, '')
  const err = temporaryFolder() + '/e.log'
  writeFileSync(err, '2026/11/21 07:59:00 [info] 7#7: *5 client 1.1.1.1 closed keepalive connection\n')
  const clock = { ms: Date.UTC(2026, 10, 21, 8) }
  const tail = await tailOf(clock, { files: [path], errorFiles: [err] })
  clock.ms += 10_000
  appendFileSync(path, Array.from({ length: 60 }, (_, i) => wsLine({ client: `10.0.0.${i}`, time: timeLocal(clock.ms), seconds: `${5 + i}.500`, bytes: 500 })).join(''))
  for (let s = 0; s < 20; s++) {
    clock.ms += 1000
    if (s > 2 && s < 8) appendFileSync(path, wsLine({ time: timeLocal(clock.ms), status: 502, seconds: '0.000' }).repeat(5))
    readAll(tail); tail.look()
  }
  console.log(JSON.stringify(tail.snapshot({ isLast: false }).events), JSON.stringify(tail.report().events), JSON.stringify(tail.report().endings))
})
