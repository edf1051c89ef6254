import { nginxLines } from './nginx-lines.ts'
import type { Rule } from './rule.ts'
import { counted } from './wording.ts'

/** One may be an accident or somebody's kill -9; from here on it is a habit. */
const CRITICAL_CRASHES = 3

/** A worker that dies takes all its sessions along, without a line. */
export const workerCrash: Rule = ({ report }) => {
  const crashes = report.events.filter(({ kind }) => kind === 'worker-crash')
  if (crashes.length === 0) return undefined
  return {
    code: 'worker-crash',
    severity: crashes.length >= CRITICAL_CRASHES ? 'critical' : 'warning',
    layer: 'nginx',
    title: `${counted(crashes.length, 'nginx worker')} crashed or ${crashes.length === 1 ? 'was' : 'were'} killed`,
    detail: `Every session of such a worker ended at once and has no access line: how many there were is not known, and none of them is counted in this report.`,
    sessions: 0,
    share: 0,
    sessionsPerDay: 0,
    evidence: { crashes: crashes.length, at: crashes.slice(0, 20).map(({ at }) => at) },
    fix: {
      text: 'The line in the error log names the signal. 9 is mostly the kernel out of memory (dmesg) or a hand; 11 and 6 are bugs, often of a third-party module: update, leave modules out one by one, or let it write a core file.',
      nginx: nginxLines({ into: 'the main context', lines: ['worker_rlimit_core 500m;', 'working_directory /tmp;'] }),
    },
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_rlimit_core',
  }
}
