import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { differences } from '../cron/compare.ts'
import { healthyVisits, logsOf, SAID } from '../helpers/day.ts'
import { toFirstFormat } from '../helpers/first-format.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'

it('a state of the first format is reported from, added to, and put together to days as one of this format', async () => {
  const { access, error } = logsOf([...healthyVisits(600, { minutes: 4 * 1440, seed: 7 }), ...Array.from({ length: 40 }, (_, index) => ({ at: index * 3000, seconds: 60, bytes: 0, client: `203.0.113.${index}`, said: SAID.idle }))], { level: 'info' })
  const folder = temporaryFolder()
  const [log, errors, state] = ['ws_access.log', 'ws_error.log', 'state'].map((name) => join(folder, name)) as [string, string, string]
  const [lines, errorLines] = [access, error!].map((text) => text.split(/(?<=\n)/)) as [string[], string[]]
  const upTo = (share: number): void => {
    writeFileSync(log, lines.slice(0, lines.length * share).join(''))
    writeFileSync(errors, errorLines.slice(0, errorLines.length * share).join(''))
  }
  const named = { files: [log], errorLog: [errors] }
  const today = join(folder, 'today')
  upTo(0.25)
  await run({ ...named, state: today })
  await run({ ...named, state })
  toFirstFormat(state)
  expect(differences((await run({ ...named, state })).report, (await run({ ...named, state: today })).report)).toEqual([])
  toFirstFormat(state)
  upTo(1)
  const [kept, expected] = [await run({ ...named, state }), await run({ ...named, state: today })]
  expect(kept).toMatchObject({ code: 0, err: '' })
  expect(differences(kept.report, expected.report)).toEqual([])
  expect(readFileSync(join(state, 'state.json'), 'utf8')).toMatch(/^\{"schema":"wslog\.state\/2"/)
})
