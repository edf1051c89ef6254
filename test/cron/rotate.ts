import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { LOG_NAMES, type NginxLogs } from './nginx-logs.ts'

/** Files older than this are deleted: longer than the longest time without a run, since what is gone cannot be read. */
const KEPT_ROTATIONS = 12

/** What logrotate is told in each manner, beside what it is always told. */
const DIRECTIVES = {
  'create-compress': ['create 0644', 'compress'],
  'create-delaycompress': ['create 0644', 'compress', 'delaycompress'],
  'copytruncate-compress': ['copytruncate', 'compress'],
  'copytruncate-delaycompress': ['copytruncate', 'compress', 'delaycompress'],
  'dateext-compress': ['create 0644', 'compress', 'dateext'],
} as const

export type LogrotateManner = keyof typeof DIRECTIVES
export const LOGROTATE_MANNERS = Object.keys(DIRECTIVES) as LogrotateManner[]

/** By hand, for what logrotate does in a blink: what stands on the disk in the middle of it. */
export const HAND_MANNERS = ['inode-reuse', 'between-copy-and-truncate', 'lines-between-copy-and-truncate', 'half-compressed', 'written-while-renamed', 'gone-for-a-moment'] as const
export type HandManner = (typeof HAND_MANNERS)[number]
export type Manner = LogrotateManner | HandManner

/** Rotation, and where a run may come in the middle of it: `during` is called there. */
export interface Rotation {
  readonly logs: NginxLogs
  /** Where logrotate keeps its own files. */
  readonly folder: string
  /** Day of the log, as logrotate would name it: `20261003`. */
  readonly date: string
  readonly during: () => Promise<void>
  /** Writes what nginx has to say next. */
  readonly writeOn: () => void
}

const isCopied = (manner: LogrotateManner): boolean => manner.startsWith('copytruncate')

/** Real logrotate, with a state file and a configuration of its own. The dates that it would take from the clock are those of the log. */
export const runLogrotate = (manner: LogrotateManner, { logs, folder, date }: Pick<Rotation, 'logs' | 'folder' | 'date'>): void => {
  const config = join(folder, 'logrotate.conf')
  writeFileSync(config, `${logs.folder}/ws_*.log {\n  rotate ${KEPT_ROTATIONS}\n  ${DIRECTIVES[manner].join('\n  ')}\n${manner.startsWith('dateext') ? `  dateformat -${date}\n` : ''}}\n`, { mode: 0o644 })
  execFileSync('logrotate', ['-f', '-s', join(folder, 'logrotate.state'), config], { stdio: ['ignore', 'ignore', 'pipe'] })
  for (const log of LOG_NAMES) {
    if (isCopied(manner)) logs.wasTruncated(log)
    else logs.reopen(log)
  }
}

const compress = (path: string): void => void execFileSync('gzip', ['-f', path])

/** The next rotation is of another manner, and would write over a `.1` that was left for it to compress. */
export const settle = ({ folder }: NginxLogs): void => {
  for (const log of LOG_NAMES) if (existsSync(join(folder, `${log}.1`))) compress(join(folder, `${log}.1`))
}

/** `.1` becomes `.2`, and so on; the oldest goes. */
const shift = (folder: string, log: string): void => {
  const numbered = readdirSync(folder).flatMap((name) => {
    const [, number, ending] = new RegExp(`^${log}\\.(\\d+)(\\.gz)?$`).exec(name) ?? []
    return number === undefined ? [] : [{ name, number: Number(number), ending: ending ?? '' }]
  })
  for (const { name, number, ending } of numbered.sort((a, b) => b.number - a.number)) {
    if (number >= KEPT_ROTATIONS) rmSync(join(folder, name))
    else renameSync(join(folder, name), join(folder, `${log}.${number + 1}${ending}`))
  }
}

const shiftAll = ({ folder }: NginxLogs): void => LOG_NAMES.forEach((log) => shift(folder, log))

/**
 * Deletes the log and makes it anew, under the number that it had: what file systems do that hand out what was freed last. None can be made to,
 * so the file is kept under another name meanwhile, and emptied.
 */
const makeAnew = (path: string): void => {
  linkSync(path, `${path}.held`)
  rmSync(path)
  truncateSync(`${path}.held`)
  renameSync(`${path}.held`, path)
}

const BY_HAND: Readonly<Record<HandManner, (rotation: Rotation) => Promise<void>>> = {
  /** Copied and deleted, and the file made anew has the number of the old one. */
  'inode-reuse': async ({ logs, during }) => {
    shiftAll(logs)
    logs.finishLine()
    for (const log of LOG_NAMES) {
      const path = logs.path(log)
      writeFileSync(`${path}.1.gz`, gzipSync(readFileSync(path)))
      logs.close(log)
      makeAnew(path)
      logs.reopen(log)
    }
    await during()
  },
  /** A run sees the lines twice. */
  'between-copy-and-truncate': async ({ logs, during }) => {
    shiftAll(logs)
    logs.finishLine()
    for (const log of LOG_NAMES) copyFileSync(logs.path(log), `${logs.path(log)}.1`)
    await during()
    cut(logs)
  },
  /** nginx writes on after the copy was made: only a run that comes now will ever see these lines. */
  'lines-between-copy-and-truncate': async ({ logs, during, writeOn }) => {
    shiftAll(logs)
    logs.finishLine()
    for (const log of LOG_NAMES) copyFileSync(logs.path(log), `${logs.path(log)}.1`)
    writeOn()
    logs.finishLine()
    await during()
    cut(logs)
  },
  /** gzip is in the middle of its work: the log and the beginning of its compressed copy lie side by side. */
  'half-compressed': async ({ logs, during }) => {
    shiftAll(logs)
    for (const log of LOG_NAMES) {
      renameSync(logs.path(log), `${logs.path(log)}.1`)
      logs.reopen(log)
    }
    const whole = LOG_NAMES.map((log) => gzipSync(readFileSync(`${logs.path(log)}.1`)))
    LOG_NAMES.forEach((log, index) => writeFileSync(`${logs.path(log)}.1.gz`, whole[index]!.subarray(0, whole[index]!.length >> 1)))
    await during()
    LOG_NAMES.forEach((log, index) => appendFileSync(`${logs.path(log)}.1.gz`, whole[index]!.subarray(whole[index]!.length >> 1)))
    await during()
    for (const log of LOG_NAMES) rmSync(`${logs.path(log)}.1`)
  },
  /** The log has its new name, and nginx does not know yet: it writes into the old file, beside the new and empty one. */
  'written-while-renamed': async ({ logs, during, writeOn }) => {
    shiftAll(logs)
    for (const log of LOG_NAMES) {
      renameSync(logs.path(log), `${logs.path(log)}.1`)
      writeFileSync(logs.path(log), '', { mode: 0o644 })
    }
    await during()
    writeOn()
    await during()
    for (const log of LOG_NAMES) logs.reopen(log)
  },
  /** Renamed, and for a moment no log has the name. */
  'gone-for-a-moment': async ({ logs, during }) => {
    shiftAll(logs)
    for (const log of LOG_NAMES) renameSync(logs.path(log), `${logs.path(log)}.1`)
    await during()
    for (const log of LOG_NAMES) logs.reopen(log)
  },
}

const cut = (logs: NginxLogs): void => {
  for (const log of LOG_NAMES) {
    truncateSync(logs.path(log))
    logs.wasTruncated(log)
  }
}

export const rotateByHand = (manner: HandManner, rotation: Rotation): Promise<void> => BY_HAND[manner](rotation)

export const isByHand = (manner: Manner): manner is HandManner => (HAND_MANNERS as readonly string[]).includes(manner)
