/**
 * What the command line prints for each sample, kept beside it: `samples/<story>.report.txt` and
 * `samples/<story>.report.json`. They show in a review what a change does to a report.
 *
 * After a change that means to alter reports: WSLOG_UPDATE_GOLDENS=1 npm test -- test/cli/goldens.test.ts
 * writes them anew; read the diff before it is committed.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { SAMPLES } from '../helpers/logs.ts'
import { normalized } from '../helpers/report.ts'

const isUpdating = (process.env['WSLOG_UPDATE_GOLDENS'] ?? '') !== ''

const compare = (golden: string, printed: string): void => {
  const path = join(ROOT, golden)
  if (isUpdating) writeFileSync(path, printed)
  expect(existsSync(path), `${golden} is missing: run with WSLOG_UPDATE_GOLDENS=1`).toBe(true)
  expect(printed).toBe(readFileSync(path, 'utf8'))
}

describe.each(SAMPLES)('%s', (sample) => {
  const story = sample.replace(/\.access\.log$/, '')
  const errorLog = `${story}.error.log`
  const logs = [sample, ...(existsSync(join(ROOT, errorLog)) ? ['-e', errorLog] : [])]

  it('as a terminal report', async () => {
    compare(`${story}.report.txt`, (await wslog(['analyze', ...logs], { cwd: ROOT })).stdout)
  })

  it('as JSON', async () => {
    compare(`${story}.report.json`, normalized((await wslog(['analyze', '--json', ...logs], { cwd: ROOT })).stdout))
  })
})
