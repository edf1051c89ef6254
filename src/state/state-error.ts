import { WslogError } from '../errors.ts'

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOTDIR: 'it is not a folder',
  EACCES: 'no permission; all runs on a state have to be of one user',
  EPERM: 'no permission; all runs on a state have to be of one user',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the limit of file sizes is reached (ulimit -f)',
  EMFILE: 'too many open files; raise ulimit -n',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reported an error',
}

/** Such as ENOENT; undefined: no failure of a system call (Node's own are ERR_…). */
export const errnoOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

/** The failure of a system call as one line; what is kept stays as it was. Other errors are thrown on as they are. */
const stateError = (path: string, error: unknown): WslogError => {
  if (error instanceof WslogError) return error
  const code = errnoOf(error)
  if (code === undefined) throw error
  return new WslogError('state', `${path}: ${HINTS[code] ?? `the system says ${code}`}; the state is as it was before`, { cause: error })
}

/** Runs it, and says its failures of system calls as {@link stateError}. */
export const orStateError = async <T>(path: string, run: () => Promise<T>): Promise<T> => {
  try {
    return await run()
  } catch (error) {
    throw stateError(path, error)
  }
}

/** What is kept cannot be trusted any more. */
export const damaged = (path: string, what: string, cause?: unknown): WslogError =>
  new WslogError('state', `${path}: damaged: ${what}; nothing was changed. Restore the whole folder of the state from a backup, or move it away: wslog then begins anew, and logs that are still there are read again from their beginning`, { cause })
