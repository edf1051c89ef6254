import type { Logs } from '../logs.ts'
import type { Command } from '../measure.ts'

/** What a program said that it found, to be held against what is in the log. */
export type Found = { readonly lines: number } | { readonly sessions: number }

/** One that takes part in the benchmark. */
export interface Program {
  /** As in tables. */
  readonly name: string
  /** As in `--program`. */
  readonly key: string
  /** Its job, which is the lesser one for all but wslog. */
  readonly does: string
  /** Makes it ready; false: it cannot be had here. */
  readonly install: () => boolean
  readonly command: (logs: Logs) => Command
  /** From what it printed. */
  readonly found: (stdout: string) => Found
}

/** A program over the log's bytes, unpacked before where it is compressed; its own arguments come before the log. */
export const shellOver = ({ access, kind }: Logs, line: string, args: readonly string[]): Command => ({
  file: 'sh',
  args: ['-c', kind.isCompressed ? `log=$1; shift; zcat "$log" | ${line} "$@"` : `log=$1; shift; exec ${line} "$@" "$log"`, 'sh', access, ...args],
  env: { LC_ALL: 'C' },
})

export const firstNumber = (stdout: string): number => Number(/\d+/.exec(stdout)?.[0] ?? Number.NaN)
