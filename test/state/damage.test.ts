import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { gzipSync } from 'node:zlib'
import { readState } from '../../src/state/read-state.ts'
import { openState } from '../../src/state/state.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { bytesOf, contentOf, makeState, OPTIONS } from './opening.ts'

const made = async (): Promise<string> => {
  const dir = join(temporaryFolder(), 'state')
  await makeState(dir)
  return dir
}

const segmentOf = (dir: string, name: string): string => join('segments', readdirSync(join(dir, 'segments')).find((file) => file.startsWith(`${name}.`))!)

/** What a run that opens it and reads everything gets, or the message of the error. */
const attempt = async (dir: string): Promise<unknown> => {
  try {
    const state = await openState(dir, OPTIONS)
    try {
      return await contentOf(state)
    } finally {
      await state.close()
    }
  } catch (error) {
    expect(error).toMatchObject({ name: 'WslogError', code: 'state' })
    return (error as Error).message
  }
}

const view = (dir: string): Promise<unknown> => readState(dir, contentOf).catch((error: unknown) => (error as Error).message)

describe('whatever byte changes, it is an error or the same content, and nothing is touched', () => {
  it.each(['state.json', '2026-11-20'])('%s', async (which) => {
    const dir = await made()
    const whole = await attempt(dir)
    const path = join(dir, which === 'state.json' ? which : segmentOf(dir, which))
    const bytes = readFileSync(path)
    let errors = 0
    for (let at = 0; at < bytes.length; at++) {
      for (const bit of [1 << (at % 8), 0xff]) {
        const changed = Buffer.from(bytes)
        changed[at]! ^= bit
        writeFileSync(path, changed)
        const before = bytesOf(dir)
        for (const result of [await attempt(dir), await view(dir)]) {
          if (typeof result === 'string') errors++
          else expect(result).toEqual(whole)
        }
        expect(bytesOf(dir)).toEqual(before)
      }
    }
    expect(errors).toBe(bytes.length * 4)
    writeFileSync(path, bytes)
    expect(await attempt(dir)).toEqual(whole)
  })

  it('cut anywhere', async () => {
    const dir = await made()
    for (const name of ['state.json', segmentOf(dir, '2026-11-20')]) {
      const path = join(dir, name)
      const bytes = readFileSync(path)
      for (let length = bytes.length - 1; length >= 0; length -= 7) {
        truncateSync(path, length)
        const before = bytesOf(dir)
        expect(await attempt(dir)).toMatch(/damaged: .*; nothing was changed\. Restore the whole folder of the state from a backup, or move it away/)
        expect(bytesOf(dir)).toEqual(before)
      }
      writeFileSync(path, bytes)
    }
  })
})

describe('a segment', () => {
  it('that is missing is said at the opening, by name', async () => {
    const dir = await made()
    const segment = segmentOf(dir, '2026-11-20')
    rmSync(join(dir, segment))
    const before = bytesOf(dir)
    expect(await attempt(dir)).toContain(`${segment}: damaged: this file is missing; nothing was changed`)
    expect(await view(dir)).toContain(`${segment}: damaged: this file is missing; nothing was changed`)
    expect(bytesOf(dir)).toEqual(before)
  })

  it('that is longer than stated is not even unpacked', async () => {
    const dir = await made()
    const path = join(dir, segmentOf(dir, '2026-11-20'))
    writeFileSync(path, gzipSync(Buffer.alloc(1_000_000)))
    expect(await attempt(dir)).toMatch(/damaged: it has \d+ bytes instead of \d+/)
  })

  it('that unpacks to more than stated is stopped there, checksums or not', async () => {
    const dir = await made()
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20))
    writeFileSync(join(dir, segmentOf(dir, '2026-11-20')), bomb)
    rewrite(dir, (body) => Object.assign((body['segments'] as object[])[0]!, { bytes: bomb.length, sha256: createHash('sha256').update(bomb).digest('hex') }))
    expect(await attempt(dir)).toMatch(/damaged: it cannot be unpacked to what was put in/)
  })
})

/** Changes a manifest by hand, with the right checksum. */
const rewrite = (dir: string, change: (body: Record<string, unknown>) => void): void => {
  const path = join(dir, 'state.json')
  const { schema, sha256: _, ...body } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  change(body)
  const head = `{"schema":"${schema as string}","sha256":"`
  const tail = `",${JSON.stringify(body).slice(1)}\n`
  writeFileSync(path, `${head}${createHash('sha256').update(head + tail).digest('hex')}${tail}`)
}

describe('a manifest with the right checksum and', () => {
  const first = (body: Record<string, unknown>): Record<string, unknown> => (body['segments'] as Record<string, unknown>[])[0]!
  it.each([
    ['no segments', (body) => delete body['segments']],
    ['segments of another type', (body) => (body['segments'] = { a: 1 })],
    ['a segment that is null', (body) => (body['segments'] = [null])],
    ['a generation that is no number', (body) => (body['generation'] = '1')],
    ['a generation below 0', (body) => (body['generation'] = -1)],
    ['no moment', (body) => (body['committedAt'] = 'yesterday')],
    ['a path in a name', (body) => (first(body)['name'] = '../state')],
    ['a path in a file', (body) => (first(body)['file'] = '../../etc/passwd')],
    ['the file of another segment', (body) => (first(body)['name'] = '2026-11-19')],
    ['a name twice', (body) => (body['segments'] as unknown[]).push(first(body))],
    ['a size that is no whole number', (body) => (first(body)['bytes'] = 1.5)],
    ['a size beyond all measure', (body) => (first(body)['jsonBytes'] = 1e12)],
    ['a checksum that is none', (body) => (first(body)['sha256'] = 'x')],
  ] as [string, (body: Record<string, unknown>) => void][])('%s', async (_, change) => {
    const dir = await made()
    rewrite(dir, change)
    const before = bytesOf(dir)
    expect(await attempt(dir)).toMatch(/state\.json: damaged: it holds what no wslog writes/)
    expect(bytesOf(dir)).toEqual(before)
  })

  it('nothing else is read', async () => {
    const dir = await made()
    const whole = await attempt(dir)
    rewrite(dir, (body) => (body['__proto__'] = { meta: 'other' }))
    expect(await attempt(dir)).toEqual(whole)
  })
})

it('a copy of the folder is the same state', async () => {
  const dir = await made()
  const copy = join(temporaryFolder(), 'copy')
  cpSync(dir, copy, { recursive: true })
  expect(await attempt(copy)).toEqual(await attempt(dir))
  expect(statSync(join(copy, 'lock', 'free')).size).toBe(0)
})
