import { execFileSync, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { installPackage } from './apt.ts'
import { temporaryFolder } from './folder.ts'

export const hasTmux = (): boolean => spawnSync('tmux', ['-V']).status === 0

/** Installs tmux where that is allowed; says whether it is there. */
export const installTmux = (): boolean => {
  if (!hasTmux()) installPackage('tmux')
  return hasTmux()
}

/** How long anything on the screen may take: long, for a machine that does much else. */
const PATIENCE_MS = 30_000
const POLL_MS = 30

/** Waits until `look` gives something but undefined or false; `what` says for what, when it is too late. */
export const until = async <T>(what: string | (() => string), look: () => T | undefined | false): Promise<T> => {
  for (const endMs = Date.now() + PATIENCE_MS; ;) {
    const found = look()
    if (found !== undefined && found !== false) return found
    if (Date.now() > endMs) throw new Error(`not within ${PATIENCE_MS} ms: ${typeof what === 'string' ? what : what()}`)
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** Whether a process of one of these sessions runs: the sixth field of /proc/PID/stat; a pane's first process leads a session. */
const isAnyRunningIn = (sessions: ReadonlySet<string>): boolean =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name)).some((pid) => {
    try {
      const [state, , , session = ''] = readFileSync(`/proc/${pid}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')
      return state !== 'Z' && sessions.has(session)
    } catch {
      return false
    }
  })

/** A real terminal that nobody looks at: a tmux server of its own with one window. It ends with the test. */
export class Terminal {
  readonly #socket = join(temporaryFolder(), 'tmux')

  /** Runs `command` in a window of this size. */
  constructor(command: readonly string[], { width, height }: { width: number; height: number }) {
    const env = { ...process.env, TERM: 'xterm-256color', LC_ALL: 'C.UTF-8', PS1: 'ready> ' }
    execFileSync('tmux', ['-S', this.#socket, '-f', '/dev/null', 'new-session', '-d', '-x', String(width), '-y', String(height), ...command], { env })
    onTestFinished(() => this.close())
  }

  tmux(...args: readonly string[]): string {
    return execFileSync('tmux', ['-S', this.#socket, ...args], { encoding: 'utf8' })
  }

  /** What it shows, blanks at the ends of lines and empty lines at its end taken off. */
  get lines(): string[] {
    return this.tmux('capture-pane', '-p').trimEnd().split('\n').map((line) => line.trimEnd())
  }

  get text(): string {
    return this.lines.join('\n')
  }

  /** `format` as tmux has them: `#{cursor_flag} #{alternate_on}`. */
  ask(format: string): string {
    return this.tmux('display-message', '-p', format).trimEnd()
  }

  type(text: string): void {
    this.tmux('send-keys', '-l', text)
  }

  /** A key by its name in tmux: `C-c`, `Enter`. */
  press(key: string): void {
    this.tmux('send-keys', key)
  }

  resize({ width, height }: { width: number; height: number }): void {
    this.tmux('resize-window', '-x', String(width), '-y', String(height))
  }

  /** Until it shows `text`. */
  shows(text: string): Promise<true> {
    return until(() => `"${text}" on\n${this.text}`, () => this.text.includes(text))
  }

  /** Ends it, and waits until nothing runs in it any more: what hears the hang-up may still write into the test's folders. */
  async close(): Promise<void> {
    const answer = spawnSync('tmux', ['-S', this.#socket, 'list-panes', '-a', '-F', '#{pane_pid}'], { encoding: 'utf8' })
    const sessions = new Set(answer.status === 0 ? answer.stdout.trim().split('\n') : [])
    spawnSync('tmux', ['-S', this.#socket, 'kill-server'])
    await until('the end of what ran in the terminal', () => !isAnyRunningIn(sessions))
  }
}
