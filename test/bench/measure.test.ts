import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../helpers/folder.ts'
import { installProgram } from '../publish/programs.ts'
import { measure, type Outcome } from './measure.ts'

// Without it nothing can be measured, and the tests say so.
installProgram('time', { package: 'time' })

const measured = async (file: string, args: readonly string[], { folder = temporaryFolder(), timeoutSeconds = 60 } = {}): Promise<Outcome> => measure({ file, args, env: { GREETING: 'hello' } }, { folder, timeoutSeconds })

it('gives what a program printed, its exit code and its environment', async () => {
  expect(await measured('sh', ['-c', 'echo $GREETING; exit 3'])).toMatchObject({ code: 3, stdout: 'hello\n' })
})

it('sees the memory and the processor time of the whole process, children and all', async () => {
  const allocate = 'const held = Buffer.alloc(300e6, 1); const until = process.cpuUsage().user + 2e5; while (process.cpuUsage().user < until);'
  const outcome = await measured('sh', ['-c', `'${process.execPath}' -e '${allocate}' | cat`])
  if (outcome.code !== 0) throw new Error(`ended with ${outcome.code}`)
  expect(outcome.measurement.peakMegabytes).toBeGreaterThan(300)
  expect(outcome.measurement.cpuSeconds).toBeGreaterThanOrEqual(0.2)
  expect(outcome.measurement.seconds).toBeGreaterThan(0)
})

it('ends a pipe whole when its time is up', async () => {
  const folder = temporaryFolder()
  expect(await measured('sh', ['-c', 'sleep 600 | sleep 600'], { folder, timeoutSeconds: 0 })).toEqual({ code: 'timeout' })
})

it('fails where GNU time cannot find the program', async () => {
  const folder = temporaryFolder()
  expect(await measured('no-such-program', [], { folder })).toMatchObject({ code: 127 })
  expect(readFileSync(`${folder}/stdout`, 'utf8')).toBe('')
})
