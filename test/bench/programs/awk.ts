import { installProgram } from '../../publish/programs.ts'
import { WS_JSON } from '../access-line.ts'
import type { LogKind } from '../logs.ts'
import { firstNumber, type Program, shellOver } from './program.ts'

const TEXT = { status: String.raw`/" [0-9][0-9][0-9] /`, statusAt: 2, minute: String.raw`/\[[^\]]+:[0-9][0-9]:[0-9][0-9]:/` }
const JSON_LINE = { status: String.raw`/"status":"[0-9][0-9][0-9]"/`, statusAt: 10, minute: String.raw`/"time_local":"[^"]+:[0-9][0-9]:[0-9][0-9]:/` }

/** Two regular expressions a line: how often each status, and how many sessions ended in each minute. */
const awkSource = ({ format }: LogKind): string => {
  const { status, statusAt, minute } = format === WS_JSON ? JSON_LINE : TEXT
  return `match($0, ${status}) { status = substr($0, RSTART + ${statusAt}, 3); count[status]++; if (status == "101" && match($0, ${minute})) drops[substr($0, RSTART, RLENGTH)]++ }
END { print count["101"] + 0; for (status in count) print status, count[status]; for (minute in drops) print minute, drops[minute] }`
}

const awk = (name: string): Program => ({
  name,
  key: name,
  does: 'counts statuses, and drops per minute; two regexes',
  install: () => installProgram(name, { package: name }) !== undefined,
  command: (logs) => shellOver(logs, name, [awkSource(logs.kind)]),
  found: (stdout) => ({ sessions: firstNumber(stdout) }),
})

export const mawk = awk('mawk')
export const gawk = awk('gawk')
