import { mostOf } from './failed.ts'
import { commonFolder } from './where.ts'
import type { SampledHandshake } from '../aggregate/handshake-sample.ts'

/** What of a path may stand in lines to paste: nothing that nginx or a reader could take for more than a path. */
const PLAIN_PATH = /^\/[\w./-]{0,60}$/
const PLACEHOLDER = '/ws/'

/** Where the socket is, for a comment or a `location`: the path that half of them asked for, else the folder of all, else the most frequent path, when it is a plain one. */
export const plainPathOf = (rows: readonly SampledHandshake[]): string => {
  const [most, ...others] = mostOf(rows, 'path')
  const folder = commonFolder([most?.name ?? '', ...others.map(({ name }) => name)])
  const path = most === undefined || most.count * 2 >= rows.length || folder.length < 2 ? (most?.name.split('?', 1)[0] ?? '') : folder
  return PLAIN_PATH.test(path) ? path : PLACEHOLDER
}

/** The variable that turns `Upgrade` on for sockets only: with a fixed `upgrade`, plain requests lose keepalive, and some backends hang. */
export const CONNECTION_MAP = `# in the http block
map $http_upgrade $connection_upgrade {
    default upgrade;
    ''      close;
}`

/** What a handshake needs to reach the backend as one: https://nginx.org/en/docs/http/websocket.html */
export const UPGRADE_HEADERS = `proxy_http_version 1.1;
proxy_set_header Upgrade $http_upgrade;
proxy_set_header Connection $connection_upgrade;`

/** The same inside of a block. */
export const indented = (lines: string): string => lines.split('\n').map((line) => `    ${line}`).join('\n')
