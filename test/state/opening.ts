import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { onTestFinished } from 'vitest'
import { type OpenOptions, openState, type State } from '../../src/state/state.ts'

export const NOW_MS = Date.UTC(2026, 10, 21, 6)

export const OPTIONS: OpenOptions = { isCreated: true, wait: { atMostMs: 0, everyMs: 1 }, now: () => NOW_MS, onWait: () => {}, signal: new AbortController().signal }

/** Opened without waiting, and closed with the test at the latest. */
export const opened = async (dir: string, options: Partial<OpenOptions> = {}): Promise<State> => {
  const state = await openState(dir, { ...OPTIONS, ...options })
  onTestFinished(() => state.close())
  return state
}

/** A state with two segments, committed and closed. */
export const makeState = async (dir: string): Promise<void> => {
  const state = await opened(dir)
  await state.stage('2026-11-20', { sum: 20, text: 'yesterday' })
  await state.stage('2026-11-21T05', { sum: 5, text: 'today' })
  await state.commit({ meta: { offset: 12 }, remove: [] })
  await state.close()
}

/** All that a state holds. */
export const contentOf = async (state: Pick<State, 'meta' | 'segments' | 'read'>): Promise<{ meta: unknown; segments: Record<string, unknown> }> => {
  const segments: Record<string, unknown> = {}
  for (const name of state.segments.keys()) segments[name] = await state.read(name)
  return { meta: state.meta, segments }
}

/** Every file below a folder with its bytes, but those of the lock. */
export const bytesOf = (dir: string): Record<string, string> => {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Object.fromEntries(files.filter((path) => !relative(dir, path).startsWith('lock')).sort().map((path) => [relative(dir, path), readFileSync(path, 'hex')]))
}

export const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
