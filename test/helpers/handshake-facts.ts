import { loadKnownFormats } from '../../src/input/formats.ts'
import { stampZoneOf } from '../../src/commands/stamp-zone.ts'
import { analyze } from '../../src/pipeline.ts'
import type { Finding, Report } from '../../src/report/report.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { temporaryFile, temporaryFolder } from './folder.ts'

/** One handshake, as a line of the format `ws_plus`, and what nginx writes to its error log about it. */
export interface Handshake {
  /** Seconds since the start of the log. */
  readonly at?: number
  readonly status: number
  readonly client?: string
  readonly host?: string
  readonly path?: string
  readonly method?: string
  readonly protocol?: string
  /** Of `$request_time`. */
  readonly lived?: number
  readonly bytes?: number
  /** As `$upstream_addr` lists them; `-`: none was asked. */
  readonly upstream?: string
  /** `-`: a plain request. */
  readonly upgrade?: string
  /** The entries about it, without the fields behind. */
  readonly errors?: readonly { readonly level: string; readonly text: string; readonly upstream?: string }[]
}

const START = Date.UTC(2026, 10, 20, 12)
const MONTHS = 'JanFebMarAprMayJunJulAugSepOctNovDec'

const two = (value: number): string => String(value).padStart(2, '0')

const accessLine = (handshake: Handshake, connection: number): string => {
  const { at = 0, status, client = '198.51.100.7', host = 'chat.example.com', path = '/ws/room', method = 'GET', protocol = 'HTTP/1.1', lived = 30, bytes = 900, upstream = '10.0.0.1:8080', upgrade = 'websocket' } = handshake
  const time = new Date(START + at * 1000)
  const stamp = `${two(time.getUTCDate())}/${MONTHS.slice(time.getUTCMonth() * 3, time.getUTCMonth() * 3 + 3)}/${time.getUTCFullYear()}:${two(time.getUTCHours())}:${two(time.getUTCMinutes())}:${two(time.getUTCSeconds())} +0000`
  const took = lived.toFixed(3)
  const upstreamTime = upstream === '-' ? '-' : upstream.replaceAll(/[^, ][^,]*/g, took)
  return `${client} - ${host} [${stamp}] "${method} ${path} ${protocol}" ${String(status).padStart(3, '0')} ${bytes} rt=${took} urt=${upstreamTime} ua="test/1.0" up="${upstream}" `
    + `cid=${connection} creq=1 pid=77 ms=${(time.getTime() / 1000).toFixed(3)} us=${upstream === '-' ? '-' : status} uct=${upstream === '-' ? '-' : '0.000'} uht=- ubs=0 ubr=0 upg="${upgrade}" rc="OK" rid=8acae364f0d12cd6580966a6333dbc8b act=1\n`
}

const errorLines = ({ at = 0, client = '198.51.100.7', host = 'chat.example.com', path = '/ws/room', upstream: last = '10.0.0.1:8080', errors = [] }: Handshake, connection: number): string =>
  errors.map(({ level, text, upstream = `http://${last}${path}` }) => {
    const stamp = new Date(START + at * 1000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
    return `${stamp} [${level}] 77#77: *${connection} ${text}, client: ${client}, server: ${host}, request: "GET ${path} HTTP/1.1"${last === '-' ? '' : `, upstream: "${upstream}"`}, host: "${host}"\n`
  }).join('')

/** So many handshakes that differ by their number. */
export const times = (count: number, handshake: (index: number) => Handshake): Handshake[] => Array.from({ length: count }, (_, index) => handshake(index))

/** What `wslog analyze` says of an access log and an error log of these handshakes. */
export const reportOfHandshakes = async (handshakes: readonly Handshake[]): Promise<Report> => {
  const folder = temporaryFolder()
  const access = temporaryFile('access.log', Buffer.from(handshakes.map((each, index) => accessLine(each, index + 1)).join(''), 'latin1'), folder)
  // One entry of level info, so that the log is known to hold that level.
  const begin = `${new Date(START - 60_000).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')} [info] 77#77: *999999 client 198.51.100.9 closed keepalive connection\n`
  const errors = temporaryFile('error.log', begin + handshakes.map((each, index) => errorLines(each, index + 1)).join(''), folder)
  return analyze({
    files: [access],
    errorFiles: [errors],
    formats: (await loadKnownFormats()).map(({ format }) => format),
    onOpen: ({ offsets }) => ({ filters: NO_FILTERS, timeZone: 'UTC', stampZone: stampZoneOf(offsets, undefined) }),
    onRead: () => {},
    readTimeoutMs: undefined,
    threads: 1,
    top: 10,
    isQueryKept: false,
    isAnonymized: false,
    version: 'test',
    generatedAtMs: START,
    signal: new AbortController().signal,
  })
}

export const findingsOf = async (handshakes: readonly Handshake[], code: string): Promise<readonly Finding[]> => (await reportOfHandshakes(handshakes)).findings.filter((finding) => finding.code === code)
