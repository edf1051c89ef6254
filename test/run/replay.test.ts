import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { ROOT } from '../helpers/cli.ts'

const run = promisify(execFile)
const HOURS = 8
const MEGABYTE = 1e6

it('eight hours of log leave nothing behind but what a report needs', async () => {
  const { stdout } = await run(process.execPath, ['--expose-gc', '--import', 'tsx', join(ROOT, 'test/run/replay.ts'), String(HOURS)], { cwd: ROOT })
  const { read, written, held } = JSON.parse(stdout) as { read: number; written: number; held: number[] }
  expect(read).toBe(written)
  expect(held).toHaveLength(HOURS)
  // By then the last hour, the rankings and the sessions that are remembered are as full as they get; a report's minutes stay.
  expect(held.at(-1)! - held[2]!).toBeLessThan(6 * MEGABYTE)
}, 180_000)
