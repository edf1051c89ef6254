import { readdir, stat } from 'node:fs/promises'
import { WslogError } from '../errors.ts'
import { inputError } from './input-error.ts'
import type { InputFailure } from './source.ts'

/**
 * The files that the arguments name, each once: a glob that the shell did not expand (`'logs/*.gz'`) is
 * expanded here, and a file that is named twice, or linked, is read once. `-` is standard input.
 * What cannot be found comes back as a failure, beside what can. @throws WslogError `usage` for an empty name
 */
export const resolveLogPaths = async (names: readonly string[]): Promise<{ paths: string[]; failures: InputFailure[] }> => {
  const paths: string[] = []
  const failures: InputFailure[] = []
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '') throw new WslogError('usage', 'the name of a log is empty: a variable may not be set')
    for (const path of await expand(name, failures)) {
      const identity = await identityOf(path)
      if (seen.has(identity)) continue
      seen.add(identity)
      paths.push(path)
    }
  }
  return { paths, failures }
}

const expand = async (name: string, failures: InputFailure[]): Promise<string[]> => {
  if (name === '-' || !/[*?[\]{}]/.test(name) || (await exists(name))) return [name]
  // Loaded when it is needed: most shells expand globs, and an empty log should not take longer for it.
  const { glob } = await import('tinyglobby')
  try {
    const matches = await glob(name, { absolute: name.startsWith('/'), onlyFiles: true, expandDirectories: false, dot: true })
    // What may not be looked into has no file, by the glob.
    if (matches.length === 0) await readdir(folderOf(name))
    if (matches.length === 0) failures.push({ path: name, error: new WslogError('input', `${name}: no file matches`) })
    return matches.sort()
  } catch (error) {
    const isMissing = ['ENOENT', 'ENOTDIR'].includes(String((error as { code?: unknown } | null)?.code))
    failures.push({ path: name, error: isMissing ? new WslogError('input', `${name}: no file matches`, { cause: error }) : inputError(name, error) })
    return []
  }
}

/** What stands before the first part of the name that is a pattern. */
const folderOf = (name: string): string => name.slice(0, name.slice(0, name.search(/[*?[\]{}]/)).lastIndexOf('/') + 1) || '.'

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false)

/** Device and inode, so that links and other spellings are seen through; the name itself where there is no file. */
const identityOf = async (path: string): Promise<string> =>
  path === '-' ? '-' : stat(path, { bigint: true }).then(({ dev, ino }) => `${dev}:${ino}`, () => `name:${path}`)

/** @throws WslogError `usage` when one of the files to write is one of the logs: the report would take its place. */
export const refuseToOverwriteLogs = async (outputs: readonly string[], names: readonly string[]): Promise<void> => {
  const { paths } = await resolveLogPaths(names)
  const logs = new Set(await Promise.all(paths.map(identityOf)))
  for (const output of outputs) {
    if (logs.has(await identityOf(output))) throw new WslogError('usage', `-o ${output}: is one of the logs to read, which the report would overwrite`)
  }
}
