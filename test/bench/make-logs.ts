import { spawnSync } from 'node:child_process'
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { errorLine } from './error-line.ts'
import type { LogKind, Logs } from './logs.ts'
import { Traffic } from './traffic.ts'

const BATCH_BYTES = 1 << 20
/** Of the access log's size, at most: a log at level info has more, one at level error has less. */
const ERROR_SHARE = 0.1

/** Lines into a file, many at a time. */
class LineFile {
  readonly #file: number
  #batch: string[] = []
  #waiting = 0
  bytes = 0

  constructor(path: string) {
    this.#file = openSync(path, 'w')
  }

  add(line: string): void {
    this.#batch.push(line)
    this.#waiting += line.length + 1
    this.bytes += line.length + 1
    if (this.#waiting >= BATCH_BYTES) this.#flush()
  }

  close(): void {
    this.#flush()
    closeSync(this.#file)
  }

  #flush(): void {
    if (this.#waiting > 0) writeSync(this.#file, `${this.#batch.join('\n')}\n`)
    this.#batch = []
    this.#waiting = 0
  }
}

/** Writes an access log of so many megabytes (10^6 bytes) into the folder, and the error log that nginx, at level info, has beside it. */
export const makeLogs = (kind: LogKind, { folder, megabytes }: { folder: string; megabytes: number }): Logs => {
  const { format, isDistinct, isCompressed } = kind
  const wanted = megabytes * 1e6
  const traffic = new Traffic({ expected: Math.max(1, wanted / format.meanBytes), isDistinct })
  const access = join(folder, 'ws_access.log')
  const errors = join(folder, 'ws_error.log')
  const accessFile = new LineFile(access)
  const errorFile = new LineFile(errors)
  let lines = 0
  let sessions = 0
  while (accessFile.bytes < wanted) {
    const entry = traffic.next()
    accessFile.add(format.line(entry))
    lines++
    if (entry.status === 101) sessions++
    if (entry.isIdle && errorFile.bytes > accessFile.bytes * ERROR_SHARE) continue
    const line = errorLine(entry)
    if (line !== undefined) errorFile.add(line)
  }
  accessFile.close()
  errorFile.close()
  const ending = isCompressed ? '.gz' : ''
  if (isCompressed && spawnSync('gzip', ['-f', access, errors], { stdio: 'inherit' }).status !== 0) throw new Error('gzip could not compress the logs')
  return { kind, access: access + ending, errors: errors + ending, bytes: accessFile.bytes, errorBytes: errorFile.bytes, lines, sessions }
}
