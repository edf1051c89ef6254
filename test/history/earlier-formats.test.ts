import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { differences } from '../cron/compare.ts'
import { healthyVisits, logsOf, SAID } from '../helpers/day.ts'
import { toFormat } from '../helpers/earlier-formats.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run } from '../helpers/kept.ts'

/** User agents were not counted: the report says how many attempts each may lack. */
const DIFFERS = [{ field: /^generatedAt$/ }, { field: /^(?:rankings\.)?userAgents(?:\.|$)/ }]

it.each([1, 2] as const)('a state of format %i is reported from, added to, and put together to days as one of this format', async (format) => {
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
  toFormat(format, state)
  const [old, now] = [(await run({ ...named, state })).report!, (await run({ ...named, state: today })).report!]
  expect(differences(old, now, DIFFERS)).toEqual([])
  expect(old).toMatchObject({ userAgents: [], rankings: { userAgents: { values: 0, error: now.handshakes.attempts } } })
  toFormat(format, state)
  upTo(1)
  const [kept, expected] = [await run({ ...named, state }), await run({ ...named, state: today })]
  expect(kept).toMatchObject({ code: 0, err: '' })
  expect(differences(kept.report, expected.report, DIFFERS)).toEqual([])
  const [agent] = kept.report!.userAgents
  expect(agent).toMatchObject({ name: 'okhttp/4.12.0', attempts: expected.report!.handshakes.attempts - old.handshakes.attempts })
  expect(kept.report!.rankings.userAgents).toEqual({ values: 1, error: old.handshakes.attempts })
  expect(readFileSync(join(state, 'state.json'), 'utf8')).toMatch(/^\{"schema":"wslog\.state\/3"/)
})
