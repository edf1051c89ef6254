import { gawk, mawk } from './awk.ts'
import { duckdb } from './duckdb.ts'
import { goaccess, goaccessLeast } from './goaccess.ts'
import { node } from './node.ts'
import type { Program } from './program.ts'
import { ripgrep } from './ripgrep.ts'
import { wc } from './wc.ts'
import { wslogAnalyze, wslogThreads, wslogWithErrors } from './wslog.ts'

/** What `--program` knows, in the order of the tables. */
export const PROGRAMS: readonly Program[] = [wc, ripgrep, wslogAnalyze, wslogThreads, wslogWithErrors, mawk, gawk, duckdb, goaccess, goaccessLeast]

/** Who reads an empty log: how long a start takes. */
export const STARTERS: readonly Program[] = [wc, mawk, node, wslogAnalyze]
