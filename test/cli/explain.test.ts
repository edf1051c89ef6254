import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFile } from '../helpers/folder.ts'
import { SAMPLES } from '../helpers/logs.ts'
import { wsLine } from '../helpers/ws-line.ts'

const explain = (args: readonly string[], input: string | Buffer = ''): Promise<Run> => wslog(['explain', ...args], { cwd: ROOT, input })

const GOOD = wsLine({ target: '/ws/room' })
const BROKEN = GOOD.replace('" 101 ', '" soon ')

describe('wslog explain', () => {
  it.each(SAMPLES)('finds nothing wrong with %s', async (path) => {
    const { code, stdout, stderr } = await explain([path])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    const [, fit, all] = /^(\d+) of the first (\d+) lines fit$/m.exec(stdout)!
    expect(fit).toBe(all)
    expect(stdout).not.toContain('expected')
  })

  it('names the format, and shows what each variable holds', async () => {
    const { stdout } = await explain(['-'], GOOD)
    expect(stdout).toMatch(/^format: ws\n1 of the first 1 lines fit\n/)
    expect(stdout).toMatch(/^ {2}\$request +GET \/ws\/room HTTP\/1\.1$/m)
    expect(stdout).toMatch(/^ {2}\$upstream_addr +10\.0\.0\.1:8080$/m)
  })

  it('says of a line that does not fit: where, what was expected, what was found', async () => {
    const { code, stdout } = await explain(['-'], GOOD + BROKEN)
    const column = BROKEN.indexOf('soon') + 1
    expect(code).toBe(0)
    expect(stdout).toContain('1 of the first 2 lines fit\n')
    expect(stdout).toContain(`line 2, column ${column}, as ws: expected $status (three digits), found "s"`)
  })

  it('puts a caret under the place', async () => {
    const { stdout } = await explain(['-'], GOOD + BROKEN)
    const lines = stdout.split('\n')
    const at = lines.findIndex((line) => line.trim() === '^')
    expect(lines[at - 1]!.slice(lines[at]!.indexOf('^'))).toMatch(/^soon/)
  })

  it.each([
    ['a name', 'main'],
    ['a file', 'formats/main.conf'],
    ['a text', '$remote_addr - $remote_user [$time_local] "$request" $status'],
  ])('tries the format that is given as %s', async (_, logFormat) => {
    expect((await explain(['-', '--log-format', logFormat], GOOD.replace(' - chat', ' chat'))).stdout).toContain('0 of the first 1 lines fit')
  })

  it('is 1 when no line fits, as grep is, and 0 when one does', async () => {
    expect((await explain(['-', '--log-format', 'ws'], BROKEN.repeat(3))).code).toBe(1)
    expect((await explain(['-', '--log-format', 'ws'], BROKEN.repeat(3) + GOOD)).code).toBe(0)
    expect((await explain(['-', '--log-format', 'main'], GOOD.replace(' - chat', ' chat'))).code).toBe(1)
  })

  it('counts what fits behind the lines that are shown, too', async () => {
    const { code, stdout } = await explain(['-'], BROKEN.repeat(7) + GOOD.repeat(20) + BROKEN.repeat(2))
    expect(code).toBe(0)
    expect(stdout).toContain('20 of the first 29 lines fit\n')
    expect(stdout.match(/^line \d+, column/gm)).toHaveLength(5)
  })

  it('takes a last line that ends between CR and LF for a whole one, as reading does', async () => {
    expect((await explain([temporaryFile('access.log', GOOD.replace('\n', '\r'))])).stdout).toContain('1 of the first 1 lines fit\n')
    expect((await explain([temporaryFile('access.log', GOOD.trimEnd())])).stdout).toContain('1 of the first 1 lines fit\n')
  })

  it('knows an error log, and says where it belongs', async () => {
    const { code, stdout, stderr } = await explain(['samples/who-cut-it.error.log'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe("wslog: samples/who-cut-it.error.log: is nginx's error log: explain is for access logs; name it with -e, beside one\n")
  })

  it('shows no more than five lines that do not fit', async () => {
    const { stdout } = await explain(['-'], GOOD + BROKEN.repeat(9))
    expect(stdout).toContain('1 of the first 10 lines fit')
    expect(stdout.match(/^line \d+, column/gm)).toHaveLength(5)
  })

  it('takes the wrapper of a container runtime off', async () => {
    const { stdout } = await explain(['-'], `2026-11-21T01:55:24.000000000Z stdout F ${GOOD}`)
    expect(stdout).toMatch(/^format: ws in cri\n1 of the first 1 lines fit\n/)
  })

  it('reads gzip', async () => {
    expect((await explain([temporaryFile('access.log.gz', gzipSync(GOOD))])).stdout).toContain('1 of the first 1 lines fit')
  })

  it.each([
    ['text of another kind', 'no log line\n', 1],
    ['bytes that are no text', Buffer.from([0xff, 0xfe, 0x00, 0x80, 0x0a]), 1],
    ['an empty line', '\n', 0],
    ['nothing', '', 0],
  ])('has an answer to %s', async (_, input, expected) => {
    const { code, stdout, stderr } = await explain(['-'], input)
    expect({ code, stderr }).toEqual({ code: expected, stderr: '' })
    expect(stdout).toContain('format: none')
  })

  it.each([
    ['a file that is not there', ['no/such.log'], /^wslog: no\/such\.log: there is no such file\n$/],
    ['a folder', ['samples'], /^wslog: samples: is a folder; name the files in it/],
    ['a format that is none', ['samples/healthy.access.log', '--log-format', 'nope'], /^wslog: log format "nope": neither a known name/],
    ['no file at all', [], /missing required argument 'file'/],
  ])('is 2 for %s', async (_, args, says) => {
    const { code, stdout, stderr } = await explain(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(says)
  })

  it.each([
    ['a field', GOOD.replace('okhttp', '\u001B[31mred\u202E\u009B1m')],
    ['the place where a line breaks', GOOD.replace('101 4', '\u001B[2J 4')],
    ['what stands before it', GOOD.replace('room', '\u001B[2J\rroom').replace('101', 'x')],
  ])('shows no control character of %s', async (_, input) => {
    const { stdout } = await explain(['-', '--log-format', 'ws'], input)
    expect(stdout).not.toMatch(/[^\P{C}\n]/u)
  })
})
