import { once } from 'node:events'
import { Command, CommanderError } from 'commander'
import { EXIT } from './commands/exit.ts'
import { addDiffOptions, addLogOptions, addMergeOptions, addSessionsOptions, addStateOptions, addTailOptions, type TypedDiffOptions, type TypedOptions, type TypedTailOptions } from './commands/options.ts'
import { isOutOfFiles } from './commands/out-of-files.ts'
import { resolveOptions, type ResolvedOptions, type Surroundings } from './commands/resolve-options.ts'
import type { Streams } from './commands/streams.ts'
import { version } from './commands/version.ts'
import { WslogError } from './errors.ts'
import { sanitize, sanitizeLines } from './render/sanitize.ts'
import { keepHeapSmall } from './run/heap.ts'
import { removeOwnDrafts } from './state/drafts.ts'

keepHeapSmall()

const interrupt = new AbortController()
/** A shell and a wrapper such as npx may both pass one ^C on. */
const SAME_SIGNAL_MS = 500

/** Whether logs are being read: what is known by then can be reported. */
let isReading = false

// The first ^C ends the reading and reports what is known; a second one ends the program. Where nothing is read, the first one does: files
// are whole or not there at any moment.
let interruptedMs = Number.NaN
const ended = (signal: NodeJS.Signals): void => {
  if (!interrupt.signal.aborted) {
    interruptedMs = performance.now()
    interrupt.abort(signal)
    if (isReading) return
    process.stderr.write('wslog: interrupted\n')
    process.exit(EXIT.interrupted)
  } else if (!(performance.now() - interruptedMs < SAME_SIGNAL_MS)) {
    removeOwnDrafts()
    process.off(signal, ended)
    process.kill(process.pid, signal)
  }
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, ended)

// `| head` closes the pipe: nobody reads on, and that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`wslog: standard output: cannot be written (${error.code ?? error.message})\n`)
  process.exit(error.code === 'EPIPE' ? EXIT.ok : EXIT.failed)
})

// Nobody listens to the notes either: the exit code still says how it went.
process.stderr.on('error', () => {})

/** A bug: with its stack, and never with 1, which means that a condition holds. */
const sayBug = (error: unknown): void => void process.stderr.write(`wslog: unexpected error, please report it\n${sanitizeLines(error instanceof Error ? (error.stack ?? error.message) : String(error))}\n`)

// In a timer or an event, where nobody waits for it.
process.on('uncaughtException', (error) => {
  sayBug(error)
  process.exit(EXIT.failed)
})

const write = (text: string): void => void process.stdout.write(text)

const program = new Command('wslog')
  .description('Log analyzer for WebSocket sessions behind nginx: handshakes, how long sessions live, when and at which age they drop.')
  .version(version)
  .exitOverride()
  // It repeats what was typed, which may have been the name of a file.
  .configureOutput({ writeErr: (text) => void process.stderr.write(sanitizeLines(text)) })
  .showHelpAfterError('(wslog --help shows the commands, wslog <command> --help their options)')

const streams: Streams = { out: write, err: (text) => void process.stderr.write(text), now: () => performance.now(), signal: interrupt.signal, onRead: () => (isReading = false) }

/** A pipe whose reader is slow takes what is written into memory, all of it. */
const drained = async (): Promise<void> => {
  if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain', { signal: interrupt.signal }).catch(() => {}) // aborted: what is read by then is written
}

const surroundings = (): Surroundings => ({
  nowMs: Date.now(),
  isInputTerminal: process.stdin.isTTY === true,
  isOutputTerminal: process.stdout.isTTY === true,
  isErrorTerminal: process.stderr.isTTY === true,
  columns: process.stdout.columns,
  hasNoColor: (process.env['NO_COLOR'] ?? '') !== '',
  // In the order of POSIX: the first that is set and not empty.
  locale: process.env['LC_ALL'] || process.env['LC_CTYPE'] || process.env['LANG'] || '',
})

const resolve = (files: string[], typed: TypedOptions): Promise<ResolvedOptions> => resolveOptions(files, typed, surroundings())

addStateOptions(addLogOptions(program.command('analyze').description('one report over access logs ("-" = stdin; .gz read as they are)').argument('[file...]', 'access logs, globs, or -')))
  .action(async (files: string[], typed: TypedOptions) => {
    const options = await resolve(files, typed)
    isReading = true
    // Here as below: what a command needs is loaded when it is called. Nobody shall wait for what others need.
    if (options.state === undefined) {
      const { runAnalyze } = await import('./commands/analyze.ts')
      process.exitCode = await runAnalyze(options, streams)
    } else {
      const { runAnalyzeState } = await import('./commands/analyze-state.ts')
      process.exitCode = await runAnalyzeState({ ...options, state: options.state }, streams)
    }
  })

addSessionsOptions(program.command('sessions').description('a JSON record a line for every session and every failed handshake, each with its cause').argument('[file...]', 'access logs, globs, or -'))
  .action(async (files: string[], typed: TypedOptions) => {
    isReading = true
    const { runSessions } = await import('./commands/sessions.ts')
    process.exitCode = await runSessions(await resolve(files, typed), { ...streams, drained })
  })

addTailOptions(program.command('tail').description('follows live logs: a dashboard on a terminal, a line a minute elsewhere').argument('[file...]', 'access logs'))
  .action(async (files: string[], typed: Omit<TypedOptions, 'threads' | 'progress'> & TypedTailOptions) => {
    const { resolveTailOptions } = await import('./commands/resolve-tail-options.ts')
    const options = await resolveTailOptions(files, typed, { ...surroundings(), notifyUrl: process.env['WSLOG_NOTIFY_URL'] })
    isReading = true
    const { runTail } = await import('./commands/tail.ts')
    process.exitCode = await runTail(options, {
      out: write,
      err: streams.err,
      now: Date.now,
      input: process.stdin,
      output: process.stdout,
      ending: interrupt,
      onReopen: (reopen) => void process.on('SIGHUP', reopen),
    })
  })

addDiffOptions(program.command('diff').description('what got better or worse between two reports (wslog analyze -o x.json), and how sure that is').argument('<before>', 'a report, .json or .json.gz, or -').argument('<after>', 'another one, or -'))
  .action(async (before: string, after: string, typed: TypedDiffOptions) => {
    const [{ resolveDiffOptions }, { runDiff }] = await Promise.all([import('./commands/diff-options.ts'), import('./commands/diff.ts')])
    process.exitCode = await runDiff(resolveDiffOptions({ before, after }, typed, surroundings()), streams)
  })

addMergeOptions(program.command('merge').description('one report out of the summaries of several servers (wslog analyze -o x.summary.json)').argument('<summary...>', 'summaries, .summary.json or .summary.json.gz'))
  .action(async (files: string[], typed: Omit<TypedOptions, 'errorLog' | 'threads' | 'progress' | 'path' | 'host' | 'upstream' | 'client'>) => {
    const { runMerge } = await import('./commands/merge.ts')
    process.exitCode = await runMerge(await resolve(files, { ...typed, errorLog: [], threads: '1', progress: false, path: [], host: [], upstream: [], client: [] }), streams)
  })

program.command('state').description('what an incremental state directory holds: logs, hours, and the report over all of it').argument('<dir>', 'a folder of --state')
  .option('--json', 'as JSON on stdout: files, hours, report')
  .action(async (dir: string, { json }: { json?: boolean }) => {
    const { runState } = await import('./commands/state.ts')
    process.exitCode = await runState(dir, { isJson: json === true, nowMs: Date.now(), width: process.stdout.columns ?? Number.POSITIVE_INFINITY }, streams)
  })

program.command('formats').description('the known log formats, or the nginx snippet of one, ready to paste').argument('[name]', 'a format')
  .action(async (name: string | undefined) => write(await (await import('./commands/formats.ts')).runFormats(name)))

program.command('explain').description('why lines do not match: format tried, column, what was expected, what was found').argument('<file>', 'an access log, or -')
  .option('--log-format <name or text>', 'the format to try; default: all that are known')
  .addHelpText('after', '\nLooks at the first MiB of a file (of a pipe, 32). Ends with 0 when any of these lines fits, or there are none, and with 1 when none does.')
  .action(async (file: string, { logFormat }: { logFormat?: string }) => {
    isReading = true
    const { runExplain } = await import('./commands/explain.ts')
    const { text, code } = await runExplain(file, { logFormat, signal: interrupt.signal })
    write(text)
    process.exitCode = interrupt.signal.aborted ? EXIT.interrupted : code
  })

/** Does what was typed, and leaves the exit code with the process. */
export const run = async (): Promise<void> => {
  try {
    await program.parseAsync()
  } catch (error) {
    if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.failed
    else if (error instanceof WslogError) {
      process.stderr.write(`wslog: ${sanitize(error.message)}\n${error.detail === undefined ? '' : `${sanitizeLines(error.detail)}\n`}`)
      process.exitCode = EXIT.failed
    } else {
      if (isOutOfFiles(error)) process.stderr.write('wslog: too many open files; raise ulimit -n\n')
      else sayBug(error)
      process.exitCode = EXIT.failed
    }
  }
}
