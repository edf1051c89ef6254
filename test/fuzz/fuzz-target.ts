import { onTestFinished } from 'vitest'
import { againWith, hunt, type Tried } from './hunt.ts'
import type { Target } from './target.ts'
import { Watchdog } from './watchdog.ts'

/**
 * What the tests try of a target: always the same seeds, from 1 on. A run that fails then fails for everyone, and because of what was
 * changed; new ground is for `npm run fuzz`, whose seeds go on and on.
 */
export const fuzzed = async (target: Target): Promise<Tried> => {
  const watchdog = new Watchdog([target.name], againWith('<target>', '<seed>'))
  onTestFinished(() => watchdog.close())
  return hunt(target, { fromSeed: 1, cases: target.cases, untilMs: Number.POSITIVE_INFINITY, watchdog, now: () => performance.now() })
}
