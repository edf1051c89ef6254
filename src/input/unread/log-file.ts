import { closeSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { WslogError } from '../../errors.ts'
import { bytesAt } from '../bytes-at.ts'
import { type Compression, compressionOf } from '../decompress.ts'
import { inputError } from '../input-error.ts'
import { type Opened, openRegular, orClosed } from '../open-regular.ts'
import type { RememberedFile } from './remembered-file.ts'

/** A log on disk, open. All but the names is of the file that was opened, whatever has its name by now. */
export interface LogFile extends Opened {
  /** As the user named it. */
  readonly name: string
  /** Absolute: the next run may be started elsewhere. */
  readonly path: string
  readonly compression: Compression
}

/** Opens a log that can be known again in the next run. @throws WslogError `input` when it cannot be opened, or is no regular file. */
export const openLogFile = (name: string): LogFile => {
  if (name === '-') throw new WslogError('input', '-: standard input comes once and cannot be known again; name the log files, or leave out --state')
  try {
    // A FIFO is not even opened: whoever waits to write into it would be woken up for nothing.
    const stats = statSync(name)
    if (stats.isDirectory()) throw new WslogError('input', `${name}: is a folder; name the files in it, such as ${name.replace(/\/$/, '')}/*.log`)
    const opened = stats.isFile() ? openRegular(name) : undefined
    if (opened === undefined) throw new WslogError('input', `${name}: is no regular file, so it comes once and cannot be known again; name the log files, or leave out --state`)
    return { ...opened, name, path: resolve(name), compression: orClosed(opened.fd, () => compressionOf(bytesAt(opened.fd, 0, 4))) }
  } catch (error) {
    throw inputError(name, error)
  }
}

/** By the numbers of device and inode; what is in it may be another's by now. */
export const isSameInode = ({ dev, ino }: RememberedFile, { id }: LogFile): boolean => dev === String(id.dev) && ino === String(id.ino)

/** Nobody wrote to it since. */
export const isUnchanged = (remembered: RememberedFile, file: LogFile): boolean =>
  isSameInode(remembered, file) && remembered.size === file.size && remembered.mtimeNs === String(file.mtimeNs) && remembered.compression === file.compression

export const closeLogFile = ({ fd }: LogFile): void => closeSync(fd)

const PIECE = 1 << 16

/** The place behind the last of these bytes before `size`; 0: there is none. */
export const lastBehind = (fd: number, { byte, size }: { readonly byte: number; readonly size: number }): number => {
  for (let to = size; to > 0; ) {
    const from = Math.max(0, to - PIECE)
    const found = bytesAt(fd, from, to - from).lastIndexOf(byte)
    if (found >= 0) return from + found + 1
    to = from
  }
  return 0
}
