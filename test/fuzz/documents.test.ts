import { expect, it } from 'vitest'
import { fuzzed } from './fuzz-target.ts'
import { manifest } from './targets/manifest.ts'
import { reports, summaries } from './targets/summaries.ts'
import { wholeRuns } from './targets/whole-runs.ts'

it.each([manifest, reports, summaries, wholeRuns].map((target) => [target.name, target] as const))('%s', { timeout: 300_000 }, async (_, target) => {
  expect((await fuzzed(target)).cases).toBe(target.cases)
})
