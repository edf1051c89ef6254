import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { WslogError } from '../../src/errors.ts'
import { Metrics } from '../../src/publish/metrics.ts'
import { writeTextfile } from '../../src/publish/textfile.ts'
import { TextfileWriter } from '../../src/publish/textfile-writer.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { totalsOf } from './totals.ts'

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

describe('the textfile of a tail', () => {
  it('says once what is wrong, and is written again when nothing is', async () => {
    const folder = temporaryFolder()
    const path = join(folder, 'later/wslog.prom')
    const said: string[] = []
    const writer = new TextfileWriter({ path, metrics: new Metrics({ version: '1.2.3' }), say: (text) => void said.push(text) })
    for (let round = 0; round < 3; round++) await writer.end(totalsOf())
    expect(said).toEqual([`${path}: its folder does not exist; nothing was written`])
    mkdirSync(join(folder, 'later'))
    await writer.end(totalsOf({ succeeded: 3 }))
    expect(readFileSync(path, 'utf8')).toContain('wslog_handshakes_total{result="switched"} 3')
  })

  it('ends no tail by figures that cannot be written', async () => {
    const said: string[] = []
    const writer = new TextfileWriter({ path: join(temporaryFolder(), 'wslog.prom'), metrics: new Metrics({ version: '1.2.3' }), say: (text) => void said.push(text) })
    await writer.end(totalsOf({ succeeded: -1 }))
    expect(said).toEqual([expect.stringContaining('a bug of wslog')])
  })
})
