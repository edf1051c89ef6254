import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openState } from '../../src/state/state.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { bytesOf, contentOf, makeState, modeOf, opened, OPTIONS } from './opening.ts'

const newDir = (): string => join(temporaryFolder(), 'state')

describe('a state keeps what was committed', () => {
  it('a new one is empty', async () => {
    const state = await opened(newDir())
    expect(await contentOf(state)).toEqual({ meta: undefined, segments: {} })
    expect(state.generation).toBe(0)
  })

  it('segments and meta come back as they were', async () => {
    const dir = newDir()
    await makeState(dir)
    const state = await opened(dir)
    expect(await contentOf(state)).toEqual({ meta: { offset: 12 }, segments: { '2026-11-20': { sum: 20, text: 'yesterday' }, '2026-11-21T05': { sum: 5, text: 'today' } } })
    expect(state.generation).toBe(1)
    expect(state.segments.get('2026-11-20')?.jsonBytes).toBe('{"sum":20,"text":"yesterday"}'.length)
  })

  it('what is staged is not seen before the commit, and gone without one', async () => {
    const dir = newDir()
    await makeState(dir)
    const before = bytesOf(dir)
    const state = await opened(dir)
    await state.stage('2026-11-21T05', { sum: 6 })
    await state.stage('2026-11-21T06', { sum: 1 })
    expect((await contentOf(state)).segments['2026-11-21T05']).toEqual({ sum: 5, text: 'today' })
    expect([...state.segments.keys()]).toEqual(['2026-11-20', '2026-11-21T05'])
    await state.close()
    expect(bytesOf(dir)).toEqual(before)
  })

  it('a commit changes, removes and adds in one; old files go', async () => {
    const dir = newDir()
    await makeState(dir)
    const state = await opened(dir)
    await state.stage('2026-11-21T05', { sum: 0 })
    await state.stage('2026-11-21T05', { sum: 6 })
    await state.stage('2026-11-21T06', { sum: 1 })
    await state.commit({ meta: { offset: 13 }, remove: ['2026-11-20', '2026-11-21T06', 'never-there'] })
    const expected = { meta: { offset: 13 }, segments: { '2026-11-21T05': { sum: 6 }, '2026-11-21T06': { sum: 1 } } }
    expect(await contentOf(state)).toEqual(expected)
    expect(readdirSync(join(dir, 'segments'))).toHaveLength(2)
    await state.close()
    expect(await contentOf(await opened(dir))).toEqual(expected)
  })

  it('all is for the owner alone', async () => {
    const dir = newDir()
    await makeState(dir)
    expect([dir, join(dir, 'segments'), join(dir, 'lock')].map(modeOf)).toEqual(['700', '700', '700'])
    expect([join(dir, 'state.json'), ...readdirSync(join(dir, 'segments')).map((file) => join(dir, 'segments', file))].map(modeOf)).toEqual(['600', '600', '600'])
  })

  it('a key __proto__ is a key like others', async () => {
    const dir = newDir()
    const state = await opened(dir)
    const json = JSON.parse('{"__proto__":{"isAdmin":true},"a":1}') as object
    await state.stage('a', json)
    await state.commit({ meta: json, remove: [] })
    await state.close()
    const again = await opened(dir)
    const read = (await again.read('a')) as Record<string, unknown>
    expect(read['isAdmin']).toBe(undefined)
    expect(Object.keys(read)).toEqual(['__proto__', 'a'])
    expect(Object.keys(again.meta as object)).toEqual(['__proto__', 'a'])
    expect(({} as Record<string, unknown>)['isAdmin']).toBe(undefined)
  })

  it.each(['', '../x', 'a/b', 'a.b', '.a', '-a', 'a'.repeat(65), 'ä'])('%j is no name of a segment', async (name) => {
    const state = await opened(newDir())
    await expect(state.stage(name, 1)).rejects.toThrow(TypeError)
  })

  it('a segment that is not there is said to be', async () => {
    const state = await opened(newDir())
    await expect(state.read('constructor')).rejects.toThrow(/holds no segment constructor/)
  })

  it('a closed one is of no use, and may be closed again', async () => {
    const state = await opened(newDir())
    await state.close()
    await state.close()
    await expect(state.stage('a', 1)).rejects.toThrow(/closed/)
    await expect(state.commit({ meta: 1, remove: [] })).rejects.toThrow(/closed/)
  })
})

describe('a folder that is no state is not made one', () => {
  it.each([
    ['with files of others', { 'nginx.conf': 'user www;' }, /holds other files, such as nginx\.conf/],
    ['with a state.json of another program', { 'state.json': '{"schema":"terraform/4","version":4}' }, /not a state of wslog/],
    ['with a state.json that is a list', { 'state.json': '[]' }, /not a state of wslog/],
    ['with a state.json that is no JSON', { 'state.json': 'PK\u0003\u0004' }, /damaged: it is no JSON/],
    ['with an empty state.json', { 'state.json': '' }, /damaged: it is empty/],
    ['of a newer version', { 'state.json': '{"schema":"wslog.state/4","sha256":"?"}' }, /newer wslog \(state 4, this one knows 3\)/],
  ] as [string, Record<string, string>, RegExp][])('%s', async (_, files, message) => {
    const dir = temporaryFolder()
    for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
    await expect(openState(dir, OPTIONS)).rejects.toThrow(message)
    await expect(openState(dir, OPTIONS)).rejects.toMatchObject({ name: 'WslogError', code: 'state' })
    expect(readdirSync(dir)).toEqual(Object.keys(files))
    for (const [name, text] of Object.entries(files)) expect(readFileSync(join(dir, name), 'utf8')).toBe(text)
  })

  it('a link in the place of the manifest', async () => {
    const dir = temporaryFolder()
    symlinkSync('/etc/hostname', join(dir, 'state.json'))
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/no regular file/)
    expect(readdirSync(dir)).toEqual(['state.json'])
  })

  it('not there, and not to be made', async () => {
    const dir = newDir()
    await expect(openState(dir, { ...OPTIONS, isCreated: false })).rejects.toThrow(/there is no such folder/)
    expect(existsSync(dir)).toBe(false)
    await expect(openState(join(dir, 'deeper'), OPTIONS)).rejects.toThrow(/the folder above it does not exist/)
  })

  it('a file', async () => {
    const path = newDir()
    writeFileSync(path, 'text')
    await expect(openState(path, OPTIONS)).rejects.toThrow(/not a folder/)
    expect(readFileSync(path, 'utf8')).toBe('text')
  })

  it('an empty one is, and one of a new disk, and one whose first run was killed', async () => {
    for (const entries of [[], ['lost+found'], ['lock', 'lock.0123456789abcdef.tmp', 'segments']]) {
      const dir = temporaryFolder()
      for (const entry of entries) mkdirSync(join(dir, entry))
      writeFileSync(join(dir, 'state.json.0123456789abcdef.tmp'), '{"schem')
      const state = await opened(dir)
      expect(state.meta).toBe(undefined)
      expect(readdirSync(dir).filter((entry) => entry.endsWith('.tmp'))).toEqual([])
    }
  })

  it('segments without a manifest are a manifest lost, and stay', async () => {
    const dir = newDir()
    await makeState(dir)
    renameSync(join(dir, 'state.json'), join(temporaryFolder(), 'state.json'))
    const before = bytesOf(dir)
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/state\.json: damaged: it is missing, and there are segments.*from a backup/)
    expect(bytesOf(dir)).toEqual(before)
  })
})

describe('what a dead run left goes, and nothing else', () => {
  it('drafts, sockets and segments that nothing names', async () => {
    const dir = newDir()
    await makeState(dir)
    const before = bytesOf(dir)
    writeFileSync(join(dir, 'segments', '2026-11-21T06.0123456789abcdef.json.gz'), 'half')
    writeFileSync(join(dir, 'state.json.0123456789abcdef.tmp'), '{"schema":"wslog.state/1"')
    mkdirSync(join(dir, 'lock.0123456789abcdef.tmp'))
    await (await opened(dir)).close()
    expect(bytesOf(dir)).toEqual(before)
    expect(readdirSync(dir).sort()).toEqual(['lock', 'segments', 'state.json'])
  })

  it('files of others stay, in both folders', async () => {
    const dir = newDir()
    await makeState(dir)
    const foreign = ['notes.txt', 'state.json.bak', 'state.json.tmp', 'segments/2026-11-21.json.gz', 'segments/README', 'segments/a.0123456789abcdef.json.gz.old']
    for (const path of foreign) writeFileSync(join(dir, path), path)
    const before = bytesOf(dir)
    await (await opened(dir)).close()
    expect(bytesOf(dir)).toEqual(before)
  })
})
