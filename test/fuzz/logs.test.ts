import { expect, it } from 'vitest'
import { fuzzed } from './fuzz-target.ts'
import { accessLog } from './targets/access-log.ts'
import { errorLog } from './targets/error-log.ts'
import { fileRoads } from './targets/file-roads.ts'

it.each([accessLog, errorLog, fileRoads].map((target) => [target.name, target] as const))('%s', { timeout: 300_000 }, async (_, target) => {
  expect((await fuzzed(target)).cases).toBe(target.cases)
})
