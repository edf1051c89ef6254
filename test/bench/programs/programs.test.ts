import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/folder.ts'
import { LOG_KINDS } from '../logs.ts'
import { makeLogs } from '../make-logs.ts'
import { measure } from '../measure.ts'
import { faultOf } from '../run-scenario.ts'
import { installProgram } from '../../publish/programs.ts'
import { PROGRAMS } from './programs.ts'

installProgram('time', { package: 'time' })

/** What is on any machine, or a small package of the distribution; the larger ones are installed by the benchmark, and wslog is held to the same counts by the tests of the logs. */
const SMALL = PROGRAMS.filter(({ key }) => ['wc', 'mawk', 'gawk'].includes(key))

describe.each(LOG_KINDS.map((kind) => [kind.name, kind] as const))('over the log %s', (_, kind) => {
  const installed = SMALL.filter((program) => program.install())

  it.each(installed.map((program) => [program.name, program] as const))('%s finds all there is', async (_, program) => {
    const folder = temporaryFolder()
    const logs = makeLogs(kind, { folder, megabytes: 0.2 })
    const outcome = await measure(program.command(logs), { folder, timeoutSeconds: 60 })
    if (outcome.code === 'timeout') throw new Error('it never ended')
    expect(outcome.code).toBe(0)
    expect(faultOf(program.found(outcome.stdout), logs)).toBeUndefined()
  })
})
