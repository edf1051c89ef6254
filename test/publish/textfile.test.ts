import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WslogError } from '../../src/errors.ts'
import { writeTextfile } from '../../src/publish/textfile.ts'
import { temporaryFolder } from '../helpers/folder.ts'

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

describe('the textfile', () => {
  it.each([0o022, 0o077, 0o000])('can be read by node_exporter under umask %o, also when it could not before', async (mask) => {
    const path = join(temporaryFolder(), 'wslog.prom')
    const before = process.umask(mask)
    onTestFinished(() => void process.umask(before))
    await writeTextfile(path, 'a 1\n')
    expect(modeOf(path)).toBe('644')
    chmodSync(path, 0o600)
    await writeTextfile(path, 'a 2\n')
    expect(modeOf(path)).toBe('644')
    expect(readFileSync(path, 'utf8')).toBe('a 2\n')
  })

  it('is replaced, never written over: who has the old one open reads it to its end', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'wslog.prom')
    await writeTextfile(path, 'a 1\n')
    const old = statSync(path).ino
    await writeTextfile(path, 'a 2\n')
    expect(statSync(path).ino).not.toBe(old)
    expect(readdirSync(folder)).toEqual(['wslog.prom'])
  })

  it('keeps a link', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'real'))
    symlinkSync(join(folder, 'real/wslog.prom'), join(folder, 'wslog.prom'))
    writeFileSync(join(folder, 'real/wslog.prom'), '')
    await writeTextfile(join(folder, 'wslog.prom'), 'a 1\n')
    expect(lstatSync(join(folder, 'wslog.prom')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(folder, 'real/wslog.prom'), 'utf8')).toBe('a 1\n')
  })

  it('says what is wrong when its folder is missing', async () => {
    const path = join(temporaryFolder(), 'none/wslog.prom')
    await expect(writeTextfile(path, '')).rejects.toThrow(WslogError)
    await expect(writeTextfile(path, '')).rejects.toThrow(`${path}: its folder does not exist`)
    expect(existsSync(path)).toBe(false)
  })
})
