/** What a line of the format `ws` holds; texts as they stand in the file, so escaped. */
export interface WsLine {
  readonly client: string
  readonly host: string
  readonly time: string
  readonly target: string
  readonly status: number
  readonly bytes: number
  readonly seconds: string
  readonly userAgent: string
  readonly upstream: string
}

const USUAL: WsLine = {
  client: '203.0.113.5',
  host: 'chat.example.com',
  time: '21/Nov/2026:01:55:24 +0000',
  target: '/ws',
  status: 101,
  bytes: 4,
  seconds: '1.000',
  userAgent: 'okhttp/4.12.0',
  upstream: '10.0.0.1:8080',
}

/** One line of the format `ws`, with its line feed. */
export const wsLine = (parts: Partial<WsLine> = {}): string => {
  const { client, host, time, target, status, bytes, seconds, userAgent, upstream } = { ...USUAL, ...parts }
  return `${client} - ${host} [${time}] "GET ${target} HTTP/1.1" ${status} ${bytes} rt=${seconds} urt=${seconds} ua="${userAgent}" up="${upstream}"\n`
}

export const wsLines = (lines: readonly Partial<WsLine>[]): string => lines.map(wsLine).join('')
