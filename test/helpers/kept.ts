import { resolveOptions } from '../../src/commands/resolve-options.ts'
import type { TypedOptions } from '../../src/commands/options.ts'
import { runAnalyzeState } from '../../src/commands/analyze-state.ts'
import { runAnalyze } from '../../src/commands/analyze.ts'
import type { Report } from '../../src/report/report.ts'
import { WslogError } from '../../src/errors.ts'

export interface KeptRun {
  readonly code: number
  readonly report: Report | undefined
  readonly err: string
}

export interface RunParts extends Partial<TypedOptions> {
  readonly files: readonly string[]
  /** Undefined: a run that keeps nothing. */
  readonly state?: string
  readonly nowMs?: number
  readonly signal?: AbortSignal
}

/** `wslog analyze --json`, with `--state` or without, in this process. What it throws for a person to read is told as its exit code tells. */
export const run = async ({ files, nowMs = Date.UTC(2026, 11, 31), signal = new AbortController().signal, ...typed }: RunParts): Promise<KeptRun> => {
  let out = ''
  let err = ''
  const streams = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), now: () => 0, signal, onRead: () => {} }
  const around = { nowMs, isInputTerminal: false, isOutputTerminal: false, isErrorTerminal: false, columns: undefined, hasNoColor: true, locale: 'C.UTF-8' }
  try {
    const options = await resolveOptions(files, { errorLog: [], path: [], host: [], upstream: [], client: [], json: true, output: [], top: '10', threads: '1', failOn: [], color: false, progress: false, ...typed }, around)
    const code = options.state === undefined ? await runAnalyze(options, streams) : await runAnalyzeState({ ...options, state: options.state }, streams)
    return { code, report: out === '' ? undefined : (JSON.parse(out) as Report), err }
  } catch (error) {
    if (!(error instanceof WslogError)) throw error
    return { code: 2, report: undefined, err: `${err}wslog: ${error.message}\n` }
  }
}
