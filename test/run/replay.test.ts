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
  // By then the last hour and the sessions that are remembered are as full as they get. The ranking of paths (65,536) and the
  // latest error lines (two times 262,144) fill up for another day, by some 2 MB an hour; 150 bytes kept of each line would be 27 MB.
  expect(held.at(-1)! - held[2]!).toBeLessThan(25 * MEGABYTE)
}, 180_000)
