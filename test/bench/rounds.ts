import type { Measurement } from './measure.ts'

/** What one program did: its measurements, or why it has none. */
export type Record = { readonly measurements: readonly Measurement[] } | { readonly failure: string }

/** One run of a program. @throws Error that says how it failed. */
export type Run<P> = (program: P) => Promise<Measurement>

export interface RoundsOptions {
  readonly rounds: number
  /** A program that has taken so long in all takes no part in further rounds: the slow are measured less often, but once at least. */
  readonly budgetSeconds: number
}

/**
 * Measures programs in turn, A B C, A B C, so that what else the machine does hits all of them. A program that
 * fails is out, with the reason, whatever it did before.
 */
export const runRounds = async <P>(programs: readonly P[], run: Run<P>, { rounds, budgetSeconds }: RoundsOptions): Promise<Map<P, Record>> => {
  const records = new Map<P, Measurement[]>(programs.map((program) => [program, []]))
  const failures = new Map<P, string>()
  for (let round = 0; round < rounds; round++) {
    for (const [program, measurements] of records) {
      const spent = measurements.reduce((sum, { seconds }) => sum + seconds, 0)
      if (failures.has(program) || (round > 0 && spent >= budgetSeconds)) continue
      try {
        measurements.push(await run(program))
      } catch (error) {
        failures.set(program, (error as Error).message)
      }
    }
  }
  return new Map([...records].map(([program, measurements]) => [program, failures.has(program) ? { failure: failures.get(program)! } : { measurements }]))
}
