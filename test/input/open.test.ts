import { spawn } from 'node:child_process'
import { appendFileSync, chmodSync, cpSync, linkSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as zlib from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { LineBlocks } from '../../src/input/line-blocks.ts'
import { openLog } from '../../src/input/open.ts'
import { resolveLogPaths } from '../../src/input/resolve.ts'
import type { LogSource } from '../../src/input/source.ts'
import type { LineCounts } from '../../src/log-format/read-tally.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { knownFormat } from '../helpers/format.ts'
import { normalized, reportOf } from '../helpers/report.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const { gunzipSync, gzipSync } = zlib

const readAll = async (source: LogSource, signal = new AbortController().signal): Promise<LineCounts & { bytes: number; onDisk: number }> => {
  let onDisk = 0
  const reader = new LogReader({ formats: [knownFormat('ws')], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
  await source.read(new LineBlocks(reader), { onRead: (bytes) => (onDisk += bytes), signal })
  return { ...reader.counts, bytes: reader.tally.bytes, onDisk }
}

const readFile = async (path: string): ReturnType<typeof readAll> => {
  const source = await openLog(path)
  try {
    return await readAll(source)
  } finally {
    await source.close()
  }
}

const hundred = wsLine().repeat(100)

describe('what a log may be', () => {
  it.each([
    ['plain', hundred, { read: 100, parsed: 100 }],
    ['no line feed at the end', hundred.slice(0, -1), { read: 100, parsed: 100 }],
    ['CRLF', hundred.replaceAll('\n', '\r\n'), { read: 100, parsed: 100 }],
    ['empty', '', { read: 0 }],
    ['one byte', 'x', { read: 1, skipped: 1 }],
    ['5 MB without a line feed', 'x'.repeat(5_000_000), { read: 1, skipped: 1, overlong: 1 }],
    ['a line over 1 MiB between others', `${hundred}${'x'.repeat(2_000_000)}\n${hundred}`, { read: 201, parsed: 200, skipped: 1, overlong: 1 }],
    ['more than several blocks', hundred.repeat(120), { read: 12_000, parsed: 12_000 }],
    ['gzip', gzipSync(hundred), { read: 100, parsed: 100 }],
    ['gzip of nothing', gzipSync(''), { read: 0 }],
    ['gzip of several members, cut in the middle of a line', Buffer.concat([gzipSync(hundred.slice(0, 1234)), gzipSync(''), gzipSync(hundred.slice(1234))]), { read: 100, parsed: 100 }],
    ['gzip of much', gzipSync(hundred.repeat(120)), { read: 12_000, parsed: 12_000 }],
  ])('%s', async (_, content, counts) => {
    expect(await readFile(temporaryFile('access.log', content))).toMatchObject(counts)
  })

  it('compression is told by the content, not by the name', async () => {
    expect(await readFile(temporaryFile('access.log.1', gzipSync(hundred)))).toMatchObject({ parsed: 100 })
    expect(await readFile(temporaryFile('access.log.gz', hundred))).toMatchObject({ parsed: 100 })
  })

  it('may be read twice, and progress adds up to its size on disk each time', async () => {
    const content = gzipSync(hundred.repeat(120))
    const source = await openLog(temporaryFile('access.log', content))
    const [first, second] = [await readAll(source), await readAll(source)]
    await source.close()
    expect(first).toEqual(second)
    expect(first).toMatchObject({ parsed: 12_000, onDisk: content.length })
  })

  it('an aborted signal ends the reading without an error', async () => {
    const source = await openLog(temporaryFile('access.log', hundred.repeat(120)))
    const { parsed } = await readAll(source, AbortSignal.abort())
    await source.close()
    expect(parsed).toBeLessThan(12_000)
  })
})

describe('the last lines of a log, which are looked at before it is read', () => {
  const TAIL = 65_536
  const tailOf = async (content: string | Buffer): Promise<string> => {
    const source = await openLog(temporaryFile('access.log', content))
    try {
      expect((await readAll(source)).read).toBeGreaterThanOrEqual(0)
      return source.tail.toString('latin1')
    } finally {
      await source.close()
    }
  }
  const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${String(index).padStart(99, '.')}\n`).join('')

  it.each([
    ['of a short log all of it', lines(10), lines(10)],
    ['but for a line that is still being written', `${lines(10)}torn`, lines(10)],
    ['of nothing nothing', '', ''],
    ['of a single line that has not ended yet that line, as the sample does', 'torn', 'torn'],
    ['of a line that fills it all nothing', `a\n${'x'.repeat(TAIL + 10)}\n`, ''],
    ['of gzip nothing', gzipSync(lines(10)), ''],
  ])('%s', async (_, content, expected) => {
    expect(await tailOf(content)).toBe(expected)
  })

  it('of a long log whole lines only, as many as have room', async () => {
    const whole = lines(5000)
    const tail = await tailOf(whole)
    expect(whole.endsWith(tail)).toBe(true)
    expect(tail).toHaveLength(Math.floor(TAIL / 100) * 100)
    expect((await tailOf(`${whole}torn`)).endsWith(`${String(4999).padStart(99, '.')}\n`)).toBe(true)
  })

  it('of a log just as long all of it', async () => {
    const exact = `${'x'.repeat(TAIL - 101)}\n${lines(1)}`
    expect(exact).toHaveLength(TAIL)
    expect(await tailOf(exact)).toBe(exact)
  })
})

describe('Zstandard', () => {
  /** A frame of one raw block (RFC 8878, 3.1.1): what fits into 255 bytes needs no compressor. */
  const frame = (text: string): Buffer => {
    const size = (text.length << 3) | 1
    return Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, text.length, size & 0xff, (size >> 8) & 0xff, size >> 16]), Buffer.from(text)])
  }

  it('is read where Node can, and refused with what to do where it cannot', async () => {
    const reading = readFile(temporaryFile('access.log.zst', frame(wsLine())))
    if ('createZstdDecompress' in zlib) expect(await reading).toMatchObject({ read: 1, parsed: 1 })
    else await expect(reading).rejects.toThrow(/access\.log\.zst: is Zstandard, which Node \S+ cannot read; use Node 22\.15 or later, or zstd -dc/)
  })
})

describe('damaged gzip: what came before is read, then the error is said', () => {
  const many = wsLines(Array.from({ length: 20_000 }, (_, index) => ({ seconds: `${index}.${index % 1000}` })))
  const whole = gzipSync(many)
  const half = whole.length >> 1
  const flipped = Buffer.from(whole).fill(0xff, half, half + 64)

  it.each([
    ['cut off in the middle', whole.subarray(0, half), /access\.log\.gz: the gzip data ends in the middle; what came before was read, but for up to 256 kB/],
    ['cut off in its last bytes', whole.subarray(0, -4), /ends in the middle/],
    ['damaged in the middle', flipped, /access\.log\.gz: the gzip data is damaged \(Z_\w+\); what came before was read$/],
    ['a small one that is cut off', gzipSync(hundred).subarray(0, -12), /ends in the middle/],
  ])('%s', async (_, content, message) => {
    const source = await openLog(temporaryFile('access.log.gz', content))
    const reader = new LogReader({ formats: [knownFormat('ws')], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
    await expect(source.read(new LineBlocks(reader), { onRead: () => {}, signal: new AbortController().signal })).rejects.toThrow(message)
    await source.close()
    expect(reader.counts.parsed).toBeGreaterThanOrEqual(content.length < 1000 ? 1 : 8000)
  })

  it('as much comes however slowly it is read', async () => {
    const source = await openLog(temporaryFile('access.log.gz', whole.subarray(0, half)))
    const counts = []
    for (const waits of [0, 1, 3]) {
      const reader = new LogReader({ formats: [knownFormat('ws')], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
      const beforeBlock = async (): Promise<void> => {
        for (let turn = 0; turn < waits * 100; turn++) await new Promise((resolve) => setImmediate(resolve))
      }
      await expect(source.read(new LineBlocks(reader), { onRead: () => {}, signal: new AbortController().signal, beforeBlock })).rejects.toThrow(/ends in the middle/)
      counts.push(reader.counts.read)
    }
    await source.close()
    expect(counts).toEqual([counts[0], counts[0], counts[0]])
    // Nothing that came before the end is lost, but for the half line at it.
    expect(counts[0]).toBe(gunzipSync(whole.subarray(0, half), { finishFlush: zlib.constants.Z_SYNC_FLUSH }).toString('latin1').split('\n').length - 1)
  })

  it('the report keeps the zone of the lines that could be read', async () => {
    const log = wsLines(Array.from({ length: 1000 }, (_, index) => ({ time: '21/Nov/2026:01:55:24 +0800', seconds: `${index}.000` })))
    const path = temporaryFile('access.log.gz', gzipSync(log).subarray(0, -100))
    const { window, sessions, errors } = await reportOf([path])
    expect(errors).toHaveLength(1)
    expect(sessions.count).toBeGreaterThan(500)
    expect(window.timeZone).toBe('UTC+8')
  })

  it('is exit code 2, and the other logs are reported', async () => {
    const path = temporaryFile('access.log.gz', whole.subarray(0, half))
    const { code, stdout, stderr } = await wslog(['analyze', path, 'samples/healthy.access.log'], { cwd: ROOT })
    expect(code).toBe(2)
    expect(stderr).toMatch(/^wslog: .*access\.log\.gz: the gzip data ends in the middle; what came before was read, but for up to 256 kB\n$/)
    expect(stdout).toContain('not read:')
  })
})

describe('a file that changes while it is read', () => {
  it('grows: it is read to the size that it had at the start', async () => {
    const path = temporaryFile('access.log', hundred)
    const source = await openLog(path)
    appendFileSync(path, hundred)
    expect(await readAll(source)).toMatchObject({ read: 100, parsed: 100, skipped: 0, bytes: hundred.length })
    await source.close()
  })

  it('shrinks: what is left is read, and that there was more is said', async () => {
    const path = temporaryFile('access.log', hundred.repeat(100))
    const source = await openLog(path)
    truncateSync(path, hundred.length)
    const reader = new LogReader({ formats: [knownFormat('ws')], envelope: undefined, sink: { record: () => true, skipped: () => {} } })
    await expect(source.read(new LineBlocks(reader), { onRead: () => {}, signal: new AbortController().signal })).rejects.toThrow(/access\.log: was truncated while it was read/)
    expect(reader.counts).toMatchObject({ parsed: 100, skipped: 0 })
    await source.close()
  })
})

/** Runs the command line as `nobody`, who may read only what all may. */
const asNobody = (args: readonly string[], cli: string): Promise<Run> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], { uid: 65_534, gid: 65_534, cwd: '/' })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.end()
  })

describe('what cannot be read', () => {
  it.each([
    ['a file that is not there', 'no/such.log', 'no/such.log: there is no such file'],
    ['a folder', 'samples', 'samples: is a folder; name the files in it, such as samples/*.log'],
    ['a folder with a slash', 'samples/', 'samples/: is a folder; name the files in it, such as samples/*.log'],
    ['a file taken for a folder', 'package.json/x', 'package.json/x: there is no such file; a folder in its path is a file'],
    ['a glob that fits nothing', 'no/such-*.log', 'no/such-*.log: no file matches'],
    ['a link to nowhere', 'LINK', 'dangling.log: there is no such file'],
  ])('%s', async (_, name, message) => {
    const folder = temporaryFolder()
    symlinkSync('nowhere', join(folder, 'dangling.log'))
    const { code, stderr } = await wslog(['analyze', name === 'LINK' ? join(folder, 'dangling.log') : name], { cwd: ROOT })
    expect(code).toBe(2)
    expect(stderr.replace(`${folder}/`, '')).toBe(`wslog: ${message}\n`)
  })

  it('a file without permission: says to whom nginx logs belong', async (context) => {
    if (process.getuid?.() !== 0) context.skip('only root can become another user')
    const folder = temporaryFolder()
    chmodSync(folder, 0o755)
    for (const part of ['dist', 'formats', 'package.json', 'node_modules/commander', 'node_modules/luxon', 'node_modules/tinyglobby', 'node_modules/fdir', 'node_modules/picomatch', 'node_modules/cli-table3', 'node_modules/string-width', 'node_modules/strip-ansi', 'node_modules/ansi-regex', 'node_modules/emoji-regex', 'node_modules/is-fullwidth-code-point', 'node_modules/simple-statistics', 'node_modules/split2']) cpSync(join(ROOT, part), join(folder, part), { recursive: true })
    writeFileSync(join(folder, 'secret.log'), hundred, { mode: 0o600 })
    writeFileSync(join(folder, 'open.log'), hundred, { mode: 0o644 })
    const { code, stdout, stderr } = await asNobody(['analyze', join(folder, 'secret.log'), join(folder, 'open.log')], join(folder, 'dist/bin/start.js'))
    expect(stderr).toBe(`wslog: ${folder}/secret.log: no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm\n`)
    expect(code).toBe(2)
    expect(stdout).toContain('100 lines read')
  })
})

describe('which files the arguments name', () => {
  const logs = (): string => {
    const folder = temporaryFolder()
    for (const name of ['b.log', 'a.log', 'a.log.1', '.hidden.log', 'note.txt']) writeFileSync(join(folder, name), wsLine())
    mkdirSync(join(folder, 'sub.log'))
    writeFileSync(join(folder, 'sub.log', 'c.log'), wsLine())
    symlinkSync('a.log', join(folder, 'link.log.2'))
    linkSync(join(folder, 'b.log'), join(folder, 'hard.log.2'))
    return folder
  }

  it.each([
    ['a name', ['a.log'], ['a.log']],
    ['several, in their order', ['b.log', 'a.log'], ['b.log', 'a.log']],
    ['a glob: files, sorted', ['*.log'], ['.hidden.log', 'a.log', 'b.log']],
    ['a glob with braces', ['{a,b}.log'], ['a.log', 'b.log']],
    ['a glob through folders', ['**/c.log'], ['sub.log/c.log']],
    ['the same file twice', ['a.log', 'a.log'], ['a.log']],
    ['the same file by another spelling', ['a.log', 'sub.log/../a.log'], ['a.log']],
    ['the same file by a symbolic link', ['a.log', 'link.log.2'], ['a.log']],
    ['the same file by a hard link', ['hard.log.2', 'b.log'], ['hard.log.2']],
    ['a name and a glob that holds it', ['b.log', '*.log'], ['b.log', '.hidden.log', 'a.log']],
    ['two globs that overlap', ['a*', '*.log'], ['a.log', 'a.log.1', '.hidden.log', 'b.log']],
  ])('%s', async (_, names, expected) => {
    const folder = logs()
    const { paths, failures } = await resolveLogPaths(names.map((name) => `${folder}/${name}`))
    expect(failures).toEqual([])
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual(expected)
  })

  it('another spelling is read once, by the first name', async () => {
    const folder = logs()
    const { inputs } = await reportOf([`${folder}/a.log`, `${folder}/sub.log/../a.log`, `${folder}/link.log.2`])
    expect(inputs.map(({ path }) => path)).toEqual([`${folder}/a.log`])
  })

  it('a file whose name looks like a glob is that file', async () => {
    const path = temporaryFile('access[1].log', wsLine())
    expect((await resolveLogPaths([path])).paths).toEqual([path])
  })

  it('a glob in quotes is the same as its files', async () => {
    const [byGlob, byName] = await Promise.all([
      reportOf(['samples/{healthy,idle-60s}.access.log']),
      reportOf(['samples/healthy.access.log', 'samples/idle-60s.access.log']),
    ])
    expect({ ...byGlob, generatedAt: '' }).toEqual({ ...byName, generatedAt: '' })
  })
})

describe('rotated sets', () => {
  const folder = (): string => {
    const at = temporaryFolder()
    const lines = readFileSync(join(ROOT, 'samples/idle-60s.access.log'), 'utf8').split(/(?<=\n)/)
    writeFileSync(join(at, 'access.log'), lines.slice(110).join(''))
    writeFileSync(join(at, 'access.log.1'), lines.slice(60, 110).join(''))
    writeFileSync(join(at, 'access.log.2.gz'), gzipSync(lines.slice(20, 60).join('')))
    writeFileSync(join(at, 'access.log.3.gz'), gzipSync(lines.slice(0, 20).join('')))
    writeFileSync(join(at, 'access.log.4'), '')
    return at
  }

  it.each([
    [[4, 3, 2, 1, 0]],
    [[2, 0, 4, 1, 3]],
    [[1, 2, 3, 4, 0]],
  ])('in the order %j give byte for byte the report of the order of their names', async (order) => {
    const at = folder()
    const names = ['access.log', 'access.log.1', 'access.log.2.gz', 'access.log.3.gz', 'access.log.4'].map((name) => join(at, name))
    const [plain, shuffled] = await Promise.all([names, order.map((index) => names[index]!)].map((files) => wslog(['analyze', '--json', ...files])))
    expect(normalized(shuffled!.stdout)).toBe(normalized(plain!.stdout))
    expect(plain).toMatchObject({ code: 0, stderr: '' })
  })

  it('give the report of the log before it was rotated', async () => {
    const [set, whole] = await Promise.all([reportOf([`${folder()}/access.log*`]), reportOf(['samples/idle-60s.access.log'])])
    expect(set.inputs.map(({ path }) => basename(path))).toEqual(['access.log.3.gz', 'access.log.2.gz', 'access.log.1', 'access.log', 'access.log.4'])
    expect({ ...set, generatedAt: '', inputs: [] }).toEqual({ ...whole, generatedAt: '', inputs: [] })
  })
})
