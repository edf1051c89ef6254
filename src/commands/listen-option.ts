import { isIPv4, isIPv6 } from 'node:net'
import { WslogError } from '../errors.ts'

const LOOPBACK = '127.0.0.1'

/** Where to listen. */
export interface ListenAddress {
  /** A name, or an address without brackets. */
  readonly host: string
  /** 0: a free one. */
  readonly port: number
}

/**
 * The address that `--prometheus` means: `127.0.0.1:9464`, `[::1]:9464`, `localhost:9464`; `:9464` and `9464` are on loopback,
 * unlike elsewhere, so that only who types `0.0.0.0:9464` opens it to the network.
 * @throws WslogError `usage`
 */
export const parseListen = (text: string): ListenAddress => {
  const [, brackets, plain, digits] = /^(?:(?:\[([^\]]*)\]|([^:[\]]*)):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined) fail(text, 'not an address to listen on')
  if (port > 65_535) fail(text, `there is no port ${port}`)
  if (brackets !== undefined) return isIPv6(brackets) ? { host: brackets, port } : fail(text, `[${brackets}] is no IPv6 address`)
  if (plain === undefined || plain === '') return { host: LOOPBACK, port }
  if (plain === '*') fail(text, '* is not clear')
  if (/^[\d.]+$/.test(plain) ? !isIPv4(plain) : !/^[\w.-]+$/.test(plain)) fail(text, `${plain} is no address and no name of a host`)
  return { host: plain, port }
}

const fail = (text: string, why: string): never => {
  throw new WslogError('usage', `--prometheus ${text}: ${why}; write 127.0.0.1:9464 or 9464 for this machine only, [::1]:9464, or 0.0.0.0:9464 for every network it is in`)
}
