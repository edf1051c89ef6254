import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { CLI, ROOT, type Run, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { reportOf } from '../helpers/report.ts'
import { shell } from '../helpers/shell.ts'
import { wsLine, wsLines } from '../helpers/ws-line.ts'

const HEALTHY = 'samples/healthy.access.log'
/** Long enough to be decompressed in several steps. */
const LONG = wsLines(Array.from({ length: 20_000 }, (_, index) => ({ seconds: `${index}.${100 + (index % 900)}` })))
const BYTES = readFileSync(join(ROOT, HEALTHY))

describe('standard input', () => {
  it.each([
    ['without a name', [], BYTES],
    ['as -', ['-'], BYTES],
    ['as - twice, read once', ['-', '-'], BYTES],
    ['compressed', ['-'], gzipSync(BYTES)],
    ['compressed in several members', [], Buffer.concat([gzipSync(BYTES.subarray(0, 1000)), gzipSync(BYTES.subarray(1000))])],
  ])('%s', async (_, args, input) => {
    const { sessions, inputs, errors } = await reportOf(args, { input })
    expect(errors).toEqual([])
    expect(sessions.count).toBe(160)
    expect(inputs.map(({ path, bytes, lines }) => ({ path, bytes, lines }))).toEqual([{ path: '-', bytes: BYTES.length, lines: 160 }])
  })

  it('beside files', async () => {
    const { sessions } = await reportOf(['-', 'samples/idle-60s.access.log'], { input: BYTES })
    expect(sessions.count).toBe(160 + 150)
  })

  it('gives the report that the file gives', async () => {
    const [file, pipe] = await Promise.all([reportOf([HEALTHY]), reportOf(['-'], { input: BYTES })])
    expect({ ...pipe, generatedAt: '', inputs: [] }).toEqual({ ...file, generatedAt: '', inputs: [] })
  })

  it('that is empty', async () => {
    expect(await wslog(['analyze'], { input: '' })).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    ['cut off', gzipSync(BYTES).subarray(0, 2000), /^wslog: -: the gzip data ends in the middle; what came before was read, but for up to 256 kB\n$/],
    ['damaged', gzipSync(LONG).fill(0xff, 50_000, 50_064), /^wslog: -: the gzip data is damaged \(\w+\); what came before was read, but for up to 256 kB\n$/],
  ])('compressed data %s: what came before is reported, as the message says', async (_, input, says) => {
    const { code, stdout, stderr } = await wslog(['analyze', '--json', '-'], { input })
    expect(code).toBe(2)
    expect(stderr).toMatch(says)
    expect((JSON.parse(stdout) as Report).sessions.count).toBeGreaterThan(20)
  })
})

describe('a reader that stops early', () => {
  it.each([
    ['the terminal report', 'wslog analyze samples/healthy.access.log'],
    ['JSON', 'wslog analyze --json samples/healthy.access.log'],
    ['formats', 'wslog formats'],
    ['explain', 'wslog explain samples/healthy.access.log'],
  ])('%s: no error, nothing on stderr', async (_, command) => {
    const { stderr } = await shell(`{ ${command}; echo "exit $?" >&2; } | head -1`)
    expect(stderr).toBe('exit 0\n')
  })

  it.each(['wslog analyze --json samples/healthy.access.log', 'wslog formats'])('nobody reads at all: %s', async (command) => {
    const { stderr } = await shell(`{ ${command}; echo "exit $?" >&2; } | true`)
    expect(stderr).toBe('exit 0\n')
  })
})

const spawnAnalyze = (args: readonly string[]): { child: ChildProcess; finished: Promise<Run> } => {
  const child = spawn(process.execPath, [CLI, 'analyze', '--json', ...args], { cwd: ROOT })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [stdout, stderr] = [child.stdout, child.stderr].map((stream) => {
    const chunks: Buffer[] = []
    stream.on('data', (chunk: Buffer) => chunks.push(chunk))
    return chunks
  }) as [Buffer[], Buffer[]]
  const finished = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout: Buffer.concat(stdout).toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8') }))
  return { child, finished }
}

const fifo = (): string => {
  const path = join(temporaryFolder(), 'live.log')
  execFileSync('mkfifo', [path])
  return path
}

/** Far more than a pipe and the buffers behind it hold: once all of it is written, most has been read. */
const MANY = wsLine().repeat(8000)
const SURELY_READ = 4000

describe('a FIFO', () => {
  it('is read to its end', async () => {
    const path = fifo()
    const { finished } = spawnAnalyze([path])
    const writer = await open(path, 'w')
    await writer.writeFile(BYTES)
    await writer.close()
    const { code, stdout } = await finished
    expect(code).toBe(0)
    expect((JSON.parse(stdout) as Report).sessions.count).toBe(160)
  })

  it('that is kept open: ^C prints what was known, and exits with 130', async () => {
    const path = fifo()
    const { child, finished } = spawnAnalyze([path])
    const writer = await open(path, 'w')
    try {
      await writer.writeFile(MANY)
      child.kill('SIGINT')
      const { code, stdout, stderr } = await finished
      expect({ code, stderr }).toEqual({ code: 130, stderr: 'wslog: interrupted; the report covers what was read until then\n' })
      expect((JSON.parse(stdout) as Report).sessions.count).toBeGreaterThan(SURELY_READ)
    } finally {
      child.kill('SIGKILL')
      await writer.close()
    }
  }, 20_000)

  it.each(['SIGINT', 'SIGTERM'] as const)('standard input that is kept open: %s prints what was known, and exits with 130', async (signal) => {
    const { child, finished } = spawnAnalyze(['-'])
    const written = once(child.stdin!, 'drain')
    child.stdin!.write(MANY)
    await written
    child.kill(signal)
    const { code, stdout, stderr } = await finished
    expect({ code, stderr }).toEqual({ code: 130, stderr: 'wslog: interrupted; the report covers what was read until then\n' })
    expect((JSON.parse(stdout) as Report).sessions.count).toBeGreaterThan(SURELY_READ)
  }, 20_000)

  it('130 wins over a condition that holds', async () => {
    const { child, finished } = spawnAnalyze(['-', '--fail-on', 'drops-per-minute>0'])
    const written = once(child.stdin!, 'drain')
    child.stdin!.write(MANY)
    await written
    child.kill('SIGINT')
    expect((await finished).code).toBe(130)
  }, 20_000)
})
