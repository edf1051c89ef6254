import { Option, type Command } from 'commander'

/** Options of the commands that read logs, as they were typed. */
export interface TypedOptions {
  readonly errorLog: string[]
  readonly logFormat?: string
  readonly readTimeout?: string
  readonly since?: string
  readonly until?: string
  readonly tz?: string
  readonly path: string[]
  readonly host: string[]
  readonly upstream: string[]
  readonly client: string[]
  readonly json?: boolean
  readonly output: string[]
  readonly top: string
  readonly threads: string
  readonly state?: string
  readonly retention?: string
  readonly failOn: string[]
  readonly keepQuery?: boolean
  readonly anonymizeIp?: boolean
  readonly color: boolean
  readonly quiet?: boolean
  readonly onlyFailing?: boolean
  readonly progress: boolean
}

const collect = (value: string, previous: string[]): string[] => [...previous, value]

/** An option that may be given several times. */
const list = (flags: string, description: string): Option => new Option(flags, description).argParser(collect).default([], 'none')

/** Options of `wslog tail` alone, as they were typed. */
export interface TypedTailOptions {
  readonly fromStart?: boolean
  readonly interval: string
  readonly prometheus?: string
  readonly textfile?: string
  readonly notify: string[]
  readonly countBy: string[]
}

/** Adds the options that every command reading logs shares, with what some of them mean to it. */
const addSharedOptions = (command: Command, { errorLog, json, failOn, quiet }: { readonly errorLog: string; readonly json: string; readonly failOn: string; readonly quiet: string }): Command =>
  command
    .addOption(new Option('-e, --error-log <file...>', `nginx's error logs, to tell who cut the sessions; repeatable${errorLog}`).argParser(collect).default([], 'none'))
    .option('--log-format <name or text>', 'a known name (wslog formats), a snippet file, or a whole log_format value; default: detected, per file')
    .option('--tz <zone>', "zone of the report, such as Asia/Shanghai or +08:00 (default: the log's own)")
    .option('--read-timeout <time>', 'the proxy_read_timeout in force, when you know it: 60s, 1h')
    .addOption(list('--path <prefix>', 'only this path: a prefix, or a glob with *; repeatable'))
    .addOption(list('--host <prefix>', 'only this host; repeatable'))
    .addOption(list('--upstream <prefix>', 'only this upstream; repeatable'))
    .addOption(list('--client <address>', 'only this client: a prefix, glob or CIDR; repeatable'))
    .option('--json', json)
    .addOption(list('-o, --output <file>', 'write the report to a file, its kind by ending, or .summary.json for wslog merge (with --state, a folder/ gets pages by day, week and month): .html .json .csv .md .txt; repeatable'))
    .option('--top <n>', 'rows in ranked tables', '10')
    .addOption(list('--fail-on <condition>', `${failOn}: success-rate<0.99, drops-per-minute>500, faults>0, handshakes<1, finding>=warning; repeatable`))
    .option('--keep-query', 'show query strings; they are dropped otherwise, since tokens live there')
    .option('--anonymize-ip', 'set the last octet (IPv4) or the last 80 bits (IPv6) of clients to zero')
    .option('--no-color', 'no colours; NO_COLOR is honoured too')
    .option('--quiet', quiet)

/** Options of the commands that read logs as they are. */
export const addLogOptions = (command: Command): Command =>
  addSharedOptions(command, { errorLog: ', .gz too', json: 'the report as JSON on stdout', failOn: 'exit with 1 when it holds', quiet: 'no terminal report, no notes; only --json, -o files, errors and the exit code' })
    .option('--since <time>', 'only lines at or after: 2026-11-20, 2026-11-20T08:30, -3h, yesterday, today')
    .option('--until <time>', 'only lines before')
    .option('--threads <n>', '1: all in one thread; 2: another one reads while the first adds up; default: 2 for large logs, where there are cores', 'auto')
    .option('--only-failing', 'the terminal report only when a --fail-on condition holds or a log cannot be read: for cron, which mails what is printed')
    .option('--no-progress', 'no progress on stderr')

/** What `wslog sessions` refuses, since they are about a report. */
const OF_A_REPORT = ['--output', '--fail-on', '--only-failing']
/** What it takes, since the commands share it, and what changes nothing in its records. */
const WITHOUT_EFFECT = ['--json', '--top', '--threads', '--no-color']

/** Options of the command that lists sessions: the same are understood, and those that are of use to it are shown. */
export const addSessionsOptions = (command: Command): Command => {
  addLogOptions(command)
  for (const option of command.options) if ([...OF_A_REPORT, ...WITHOUT_EFFECT].includes(option.long ?? '')) option.hideHelp()
  command.options.find(({ long }) => long === '--quiet')!.description = 'no notes and no progress; only records, errors and the exit code'
  return command
}

/** Options of `wslog diff` as they were typed. */
export interface TypedDiffOptions {
  readonly json?: boolean
  readonly output: string[]
  readonly failOn: string[]
  readonly tz?: string
  readonly color: boolean
  readonly quiet?: boolean
}

export const addDiffOptions = (command: Command): Command =>
  command
    .option('--json', 'the comparison as JSON on stdout (wslog.diff/1)')
    .addOption(list('-o, --output <file>', 'write the comparison to a file, its kind by ending: .json .md .txt; repeatable'))
    .addOption(list('--fail-on <verdict>', 'exit with 1 when anything got worse beyond chance: worse'))
    .option('--tz <zone>', "zone of the times, such as Asia/Shanghai or +08:00 (default: the second report's)")
    .option('--no-color', 'no colours; NO_COLOR is honoured too')
    .option('--quiet', 'nothing on the terminal; only --json, -o files, errors and the exit code')

/** Options of a report over summaries. */
export const addMergeOptions = (command: Command): Command =>
  command
    .option('--tz <zone>', "zone of the report (default: the summaries' own; UTC where they differ)")
    .option('--read-timeout <time>', 'the proxy_read_timeout in force, when you know it: 60s, 1h')
    .option('--json', 'the report as JSON on stdout')
    .addOption(list('-o, --output <file>', 'write the report to a file, its kind by ending: .html .json .csv .md .txt, or .summary.json to merge it further; repeatable'))
    .option('--top <n>', 'rows in ranked tables', '10')
    .addOption(list('--fail-on <condition>', 'exit with 1 when it holds: success-rate<0.99, drops-per-minute>500, faults>0, handshakes<1, finding>=warning; repeatable'))
    .option('--no-color', 'no colours; NO_COLOR is honoured too')
    .option('--quiet', 'no terminal report, no notes; only --json, -o files, errors and the exit code')

/** Options of keeping what was read. */
export const addStateOptions = (command: Command): Command =>
  command
    .option('--state <dir>', 'read only what is new since the last run, add it to what is kept there, and report from it')
    .option('--retention <time>', 'with --state, how long days are kept from now on: 90d, 12w (default: as before; 90d at first)')

/** Options of the command that follows logs as they are written. */
export const addTailOptions = (command: Command): Command =>
  addSharedOptions(command, {
    errorLog: '',
    json: 'an object an interval, one for each event, and the report of the run as the last line',
    failOn: 'an event when it begins to hold over the last 5 minutes (drops-per-minute: the worst of them), and when no longer; exit with 1 when it holds for the run',
    quiet: 'no lines, no notes, no report; only --json, -o files, metrics, webhooks, errors and the exit code',
  })
    .addHelpText('after', '\nOn a terminal: q quits, p pauses, f shows faults only, ? helps. SIGHUP opens the logs anew; SIGTERM and ^C end with the report.')
    .option('--from-start', 'read what stands in the logs already, before following them')
    .option('--interval <time>', 'how often a line, or with --json an object, is written: 10s, 1m', '60s')
    .option('--prometheus <address>', 'serve metrics there, such as 127.0.0.1:9464')
    .option('--textfile <file.prom>', "keep metrics in a file for node_exporter's textfile collector")
    .addOption(list('--notify <url>', 'post events as JSON to a webhook; repeatable'))
    .addOption(list('--count-by <field>', 'metrics by upstream, host, path, client or user-agent, too: the first 100 values of each, then other; repeatable'))
