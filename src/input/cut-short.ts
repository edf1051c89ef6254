import { WslogError } from '../errors.ts'

/** Bytes that a file had when it was opened are gone: somebody truncated it. */
export const cutShort = (path: string): WslogError =>
  new WslogError('input', `${path}: was truncated while it was read, as copytruncate of logrotate does; what came before was read. Run this again, with the file that it is rotated to beside it`)
