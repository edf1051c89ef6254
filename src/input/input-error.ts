import { WslogError } from '../errors.ts'

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm',
  EPERM: 'no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm',
  ENOTDIR: 'there is no such file; a folder in its path is a file',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is longer than a name can be; a glob would have to be in quotes',
  ENXIO: 'is a socket, or a device that is not there; name a file',
  ESTALE: 'the file is gone from the server that it was on; run this again',
  EMFILE: 'too many open files; raise ulimit -n or name fewer at once',
  ENFILE: 'too many open files on this machine',
  EIO: 'the disk reported an error while it was read',
}

/** The failure of a system call as one line that says what to do. Other errors are thrown on as they are. */
export const inputError = (path: string, error: unknown): WslogError => {
  if (error instanceof WslogError) return error
  const code = (error as { code?: unknown } | null)?.code
  if (typeof code !== 'string') throw error
  return new WslogError('input', `${path}: ${HINTS[code] ?? `cannot be read (${code})`}`, { cause: error })
}
