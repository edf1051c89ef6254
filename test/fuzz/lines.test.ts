import { expect, it } from 'vitest'
import { fuzzed } from './fuzz-target.ts'
import { longLines } from './targets/long-lines.ts'
import { logFormat } from './targets/log-format.ts'
import { randomFormats } from './targets/random-formats.ts'
import { twins } from './targets/twins.ts'

it.each([twins, randomFormats, logFormat, longLines].map((target) => [target.name, target] as const))('%s', { timeout: 300_000 }, async (_, target) => {
  expect((await fuzzed(target)).cases).toBe(target.cases)
})
