import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gzipSync } from 'node:zlib'
import type { Report } from '../../src/report/report.ts'
import { wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { startWslog } from '../helpers/running.ts'
import { wsLine } from '../helpers/ws-line.ts'

const LOG = wsLine().repeat(50)
const MARK = '\uFEFF'
const utf16 = (text: string, isBig: boolean): Buffer => (isBig ? Buffer.from(text, 'utf16le').swap16() : Buffer.from(text, 'utf16le'))
const utf32 = (text: string, isBig: boolean): Buffer => {
  const bytes = Buffer.from(Uint32Array.from([...text], (char) => char.codePointAt(0)!).buffer)
  return isBig ? bytes.swap32() : bytes
}

const WIDE: readonly (readonly [string, Buffer, string])[] = [
  ['UTF-16LE', utf16(MARK + LOG, false), 'UTF-16LE'],
  ['UTF-16BE', utf16(MARK + LOG, true), 'UTF-16BE'],
  ['UTF-16LE without a byte order mark', utf16(LOG, false), 'UTF-16LE'],
  ['UTF-16BE without a byte order mark', utf16(LOG, true), 'UTF-16BE'],
  ['UTF-32LE', utf32(MARK + LOG, false), 'UTF-32LE'],
  ['UTF-32BE', utf32(MARK + LOG, true), 'UTF-32BE'],
]

describe('a log of two or four bytes a character is named, with what to do', () => {
  it.each(WIDE)('%s', async (_, content, name) => {
    const path = temporaryFile('access.log', content)
    const { code, stdout, stderr } = await wslog(['analyze', path])
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: `wslog: ${path}: is text in ${name}, and logs are UTF-8; make it so: iconv -f ${name} -t UTF-8 ${path}\n` })
  })

  const [, content] = WIDE[0]!
  const SAID = /is text in UTF-16LE, and logs are UTF-8; make it so: iconv -f UTF-16LE -t UTF-8 /

  it.each([
    ['as an error log', () => ['analyze', temporaryFile('access.log', LOG), '-e', temporaryFile('error.log', content)]],
    ['in gzip', () => ['analyze', temporaryFile('access.log.gz', gzipSync(content))]],
    ['with --state', () => ['analyze', temporaryFile('access.log', content), '--state', temporaryFolder()]],
    ['session by session', () => ['sessions', temporaryFile('access.log', content)]],
  ])('%s', async (_, args) => {
    const { code, stderr } = await wslog(args())
    expect(code).toBe(2)
    expect(stderr).toMatch(SAID)
  })

  it('through a pipe', async () => {
    expect(await wslog(['analyze', '-'], { input: content })).toMatchObject({ code: 2, stderr: expect.stringMatching(SAID) })
  })

  it('explained', async () => {
    expect((await wslog(['explain', temporaryFile('access.log', content)])).stdout).toMatch(SAID)
  })

  it('as it is written', async () => {
    const path = join(temporaryFolder(), 'access.log')
    writeFileSync(path, '')
    const tail = startWslog(['tail', path, '--interval', '1h'])
    await tail.said('following a log')
    appendFileSync(path, content)
    await tail.line((line) => SAID.test(line))
    expect(await tail.end('SIGTERM')).toBe(0)
  })
})

describe('what is none of them', () => {
  it('UTF-8 with a byte order mark is read, its first line too', async () => {
    const { code, stdout } = await wslog(['analyze', temporaryFile('access.log', MARK + LOG), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ lines: { read: 50, parsed: 50 } })
  })
})

describe('NUL bytes', () => {
  it('a hole, as a crash or copytruncate leaves it, is one broken line at most, and hides no other', async () => {
    const log = `${LOG}${'\0'.repeat(70_000)}\n${LOG}${'\0'.repeat(4096)}${LOG}`
    const { code, stdout } = await wslog(['analyze', temporaryFile('access.log', log), '--json'])
    expect(code).toBe(0)
    const { lines } = JSON.parse(stdout) as Report
    expect(lines).toMatchObject({ read: 151, filtered: 0 })
    // nginx escapes a zero as \x00: one before an address is none of the client's, and may be cut off or not.
    expect(lines.parsed).toBeGreaterThanOrEqual(149)
    expect(lines.parsed + lines.skipped).toBe(151)
  })

  it('inside of a field is part of it, and shown as such', async () => {
    const { code, stdout } = await wslog(['analyze', temporaryFile('access.log', wsLine({ host: 'a\0b' }) + wsLine({ target: '/ws/a\0b' }))])
    expect(code).toBe(0)
    expect(stdout).toContain(String.raw`a\x00b`)
    expect(stdout).toContain(String.raw`/ws/a\x00b`)
    expect(stdout).not.toContain('\0')
  })
})

describe('half characters in a JSON log', () => {
  const record = (text: string): string => `{"msec":"1795226144.169","remote_addr":"${text}","host":"${text}","request":"GET /ws/${text} HTTP/1.1","status":"101","body_bytes_sent":"4","request_time":"1.000","upstream_response_time":"1.000","http_user_agent":"${text}","upstream_addr":"${text}","http_upgrade":"websocket"}\n`

  it.each([['the first half', String.raw`a\ud800`], ['the second half', String.raw`a\udc00`], ['both, in the wrong order', String.raw`a\udc00\ud800`], ['the first half twice', String.raw`a\ud83d\ud83d\ude00`]])('%s', async (_, text) => {
    const path = temporaryFile('access.log', record(text).repeat(3))
    const report = await wslog(['analyze', path, '--json'])
    expect(report).toMatchObject({ code: 0, stderr: '' })
    expect((JSON.parse(report.stdout) as Report).lines).toMatchObject({ read: 3, parsed: 3 })
    for (const args of [['analyze', path, '--json'], ['sessions', path], ['analyze', path]]) {
      const { stdout } = await wslog(args)
      // It is no text: U+FFFD stands for it, and what is printed is UTF-8.
      expect(stdout).not.toMatch(/\p{Cs}/u)
      expect(stdout).toContain('a\uFFFD')
    }
  })
})
