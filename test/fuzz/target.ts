import type { Seeded } from '../helpers/seeded.ts'

/** One promise that holds for any input, and what to try it with. */
export interface Target<Input = unknown> {
  readonly name: string
  /** Cases of one run of the tests. */
  readonly cases: number
  /** The input of one case: the same for the same numbers. */
  make(random: Seeded): Input
  /** What is wrong with what becomes of the input; undefined: nothing. What it throws is wrong as well. */
  check(input: Input): string | undefined | Promise<string | undefined>
  /** Smaller inputs that may show the same, the smallest first. */
  smaller(input: Input): Iterable<Input>
}

/** A target whose input nobody else looks at. */
export const target = <Input>(parts: Target<Input>): Target => parts as unknown as Target
