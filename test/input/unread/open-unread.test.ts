import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, truncateSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openUnread } from '../../../src/input/unread/open-unread.ts'
import { isRememberedFile } from '../../../src/input/unread/remembered-file.ts'
import { temporaryFolder } from '../../helpers/folder.ts'
import { lineOf, LogRuns, NEVER, numbered, rangeOf } from './log-runs.ts'

/** A folder with `ws.log`, of which the lines below 1000 were read. */
const readOnce = async (): Promise<{ runs: LogRuns; at: (name: string) => string; log: string }> => {
  const runs = new LogRuns(temporaryFolder())
  const at = (name: string): string => join(runs.folder, name)
  writeFileSync(at('ws.log'), numbered(0, 1000))
  expect((await runs.run()).lines).toEqual(rangeOf(0, 1000))
  return { runs, at, log: at('ws.log') }
}

const gzip = (path: string): void => void execFileSync('gzip', [path])

/** Writes a file that has the inode of the old one. */
const rewrite = (path: string, content: string): void => {
  const { ino } = statSync(path)
  writeFileSync(path, content)
  expect(statSync(path).ino).toBe(ino)
}

describe('what is new is read, and nothing else', () => {
  it('of a log that grew; and nothing of one that did not', async () => {
    const { runs, log } = await readOnce()
    expect(await runs.run()).toMatchObject({ lines: [], onDisk: 0, notes: [], failures: [] })
    appendFileSync(log, numbered(1000, 1010))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1010))
    expect(await runs.run()).toMatchObject({ lines: [], notes: [], failures: [] })
  })

  it('much of it, over many blocks', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, numbered(1000, 50_000))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 50_000))
  })

  it.each<[string, (files: { at: (name: string) => string; log: string }) => void]>([
    ['rename and create', ({ at, log }) => {
      renameSync(log, at('ws.log.1'))
      writeFileSync(log, numbered(1100, 1200))
    }],
    ['rename, and nothing new yet', ({ at, log }) => {
      appendFileSync(log, numbered(1100, 1200))
      renameSync(log, at('ws.log.1'))
    }],
    ['rename with a date in front of the extension', ({ at, log }) => {
      renameSync(log, at('ws-20261121.log'))
      writeFileSync(log, numbered(1100, 1200))
    }],
    ['copytruncate', ({ at, log }) => {
      copyFileSync(log, at('ws.log.1'))
      rewrite(log, numbered(1100, 1200))
    }],
    ['copytruncate, and the log has grown beyond what it was', ({ at, log }) => {
      copyFileSync(log, at('ws.log.1'))
      rewrite(log, numbered(1100, 9000))
    }],
    ['compressed at once', ({ at, log }) => {
      renameSync(log, at('ws.log.1'))
      gzip(at('ws.log.1'))
      writeFileSync(log, numbered(1100, 1200))
    }],
    ['compressed from a copy', ({ at, log }) => {
      copyFileSync(log, at('ws.log-20261121'))
      gzip(at('ws.log-20261121'))
      rewrite(log, numbered(1100, 1200))
    }],
    ['several rotations missed', ({ at, log }) => {
      renameSync(log, at('ws.log.4'))
      gzip(at('ws.log.4'))
      for (const [index, name] of ['ws.log.3', 'ws.log.2', 'ws.log.1'].entries()) {
        writeFileSync(at(name), numbered(1100 + 100 * index, 1200 + 100 * index))
        if (name !== 'ws.log.1') gzip(at(name))
      }
      writeFileSync(log, numbered(1400, 1500))
    }],
    ['moved under quite another name on another disk', ({ at, log }) => {
      writeFileSync(at('archive-of-monday'), readFileSync(log))
      unlinkSync(log)
    }],
  ])('%s', async (_, rotate) => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, numbered(1000, 1100))
    rotate({ at, log })
    const written = runs.paths().flatMap((path) => execFileSync('gzip', ['-cdf', path], { encoding: 'latin1', maxBuffer: 1 << 26 }).split('\n').filter((line) => line !== ''))
    expect(written.length).toBeGreaterThanOrEqual(1100)
    const { lines, notes, failures } = await runs.run()
    expect([...lines].sort()).toEqual(rangeOf(1000, written.length))
    expect([...notes, ...failures]).toEqual([])
    expect(await runs.run()).toMatchObject({ lines: [], notes: [], failures: [], onDisk: 0 })
  })

  it('a file with the inode of one that is gone is read from its beginning, and a person is told of the other', async () => {
    const { runs, log } = await readOnce()
    rewrite(log, numbered(5000, 7000))
    const { lines, notes } = await runs.run()
    expect(lines).toEqual(rangeOf(5000, 7000))
    expect(notes).toEqual([`${log}: was read to byte ${numbered(0, 1000).length}, and what was read is gone; what was written behind it since, if anything, is not counted. Name what it is rotated to as well, such as ws.log*`])
    expect((await runs.run()).notes).toEqual([]) // once
  })

  it('a file that begins as the log did and goes on otherwise is read from its beginning', async () => {
    const { runs, log } = await readOnce()
    rewrite(log, numbered(0, 200) + numbered(5000, 7000))
    const { lines, notes } = await runs.run()
    expect(lines).toEqual([...rangeOf(0, 200), ...rangeOf(5000, 7000)])
    expect(notes).toHaveLength(1)
  })

  it('half a line that was read tells nothing of another log', async () => {
    const { runs, at, log } = await readOnce()
    writeFileSync(at('ws.log.1'), lineOf(1000).slice(0, 10))
    await runs.run()
    expect((await runs.run()).lines).toEqual([lineOf(1000).slice(0, 10)])
    renameSync(at('ws.log.1'), at('ws.log.2'))
    renameSync(log, at('ws.log.1'))
    writeFileSync(log, numbered(1000, 1010))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1010))
  })

  it('a log that was away comes back compressed', async () => {
    const { runs, log, at } = await readOnce()
    appendFileSync(log, numbered(1000, 1005))
    const away = join(temporaryFolder(), 'ws.log')
    renameSync(log, away)
    expect((await runs.run()).notes).toHaveLength(1)
    writeFileSync(at('ws.log.7.gz'), gzipSync(readFileSync(away)))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1005))
    expect(runs.remembered).toHaveLength(1)
  })

  it('old rotated files are deleted without a word', async () => {
    const { runs, at, log } = await readOnce()
    renameSync(log, at('ws.log.1'))
    writeFileSync(log, numbered(1000, 1010))
    await runs.run()
    unlinkSync(at('ws.log.1'))
    expect(await runs.run()).toMatchObject({ lines: [], notes: [] })
  })
})

describe('compressed files', () => {
  it('are decompressed once: what is unchanged is not even looked into', async () => {
    const { runs, at, log } = await readOnce()
    gzip(log)
    await runs.run()
    // Bytes that would fail show that nobody reads them: same inode, size, and time.
    const path = at('ws.log.gz')
    const { size } = statSync(path)
    const times = statSync(path, { bigint: true })
    rewrite(path, `\u001f\u008b${'x'.repeat(size)}`)
    truncateSync(path, size)
    writeFileSync(path, Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(size - 2)]))
    execFileSync('touch', ['-d', `@${times.mtimeNs / 1_000_000_000n}.${String(times.mtimeNs % 1_000_000_000n).padStart(9, '0')}`, path])
    expect(statSync(path, { bigint: true }).mtimeNs).toBe(times.mtimeNs)
    expect(await runs.run()).toMatchObject({ lines: [], failures: [], onDisk: 0 })
    utimesSync(path, 1, 1)
    expect((await runs.run()).failures).toHaveLength(1)
  })

  it('that grow, as nginx writes them with gzip, are read on', async () => {
    const runs = new LogRuns(temporaryFolder())
    const path = join(runs.folder, 'ws.log.gz')
    writeFileSync(path, gzipSync(numbered(0, 5000)))
    expect((await runs.run()).lines).toEqual(rangeOf(0, 5000))
    appendFileSync(path, gzipSync(numbered(5000, 9000)))
    expect((await runs.run()).lines).toEqual(rangeOf(5000, 9000))
    expect(await runs.run()).toMatchObject({ lines: [], onDisk: 0 })
  })

  it('that begin as what was read and go on otherwise are read from their beginning', async () => {
    const { runs, at } = await readOnce()
    writeFileSync(at('ws.log.1.gz'), gzipSync(numbered(0, 200) + numbered(5000, 7000)))
    expect((await runs.run()).lines).toEqual([...rangeOf(0, 200), ...rangeOf(5000, 7000)])
  })

  it('that are being written stand beside their original: no failure, and nothing twice', async () => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, numbered(1000, 30_000))
    renameSync(log, at('ws.log.1'))
    const whole = gzipSync(readFileSync(at('ws.log.1')))
    for (const share of [0, 5, whole.length >> 2, whole.length >> 1]) {
      writeFileSync(at('ws.log.1.gz'), whole.subarray(0, share))
      expect(await runs.run()).toMatchObject({ lines: share === 0 ? rangeOf(1000, 30_000) : [], notes: [], failures: [] })
    }
    writeFileSync(at('ws.log.1.gz'), whole)
    unlinkSync(at('ws.log.1'))
    expect(await runs.run()).toMatchObject({ lines: [], notes: [], failures: [] })
  })

  it('that hold but half a line yet are nothing to know another log by', async () => {
    const { runs, at, log } = await readOnce()
    renameSync(log, at('ws.log.1'))
    writeFileSync(at('ws.log.1.gz'), gzipSync(numbered(0, 1).slice(0, 5)).subarray(0, -8))
    expect(await runs.run()).toMatchObject({ lines: [], failures: [] })
    writeFileSync(log, numbered(1000, 1010))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1010))
  })

  it('that are damaged: the lines before the damage once, the failure each time, the rest when it is mended', async () => {
    const runs = new LogRuns(temporaryFolder())
    const path = join(runs.folder, 'ws.log.1.gz')
    const whole = gzipSync(numbered(0, 50_000))
    writeFileSync(path, whole.subarray(0, whole.length >> 1))
    const first = await runs.run()
    expect(first.lines.length).toBeGreaterThan(10_000)
    expect(first.lines).toEqual(rangeOf(0, first.lines.length))
    expect(first.failures).toEqual([expect.stringMatching(/ws\.log\.1\.gz: the gzip data ends in the middle/)])
    expect(await runs.run()).toMatchObject({ lines: [], failures: first.failures })
    writeFileSync(path, whole)
    expect(await runs.run()).toMatchObject({ lines: rangeOf(first.lines.length, 50_000), failures: [] })
  })

  it('that are cut off and were read before as a plain log give nothing again', async () => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, numbered(1000, 30_000))
    await runs.run()
    const whole = gzipSync(readFileSync(log))
    unlinkSync(log)
    writeFileSync(at('ws.log.1.gz'), whole.subarray(0, whole.length >> 1))
    expect(await runs.run()).toMatchObject({ lines: [], failures: [expect.stringMatching(/ends in the middle/)] })
    writeFileSync(at('ws.log.1.gz'), whole)
    expect(await runs.run()).toMatchObject({ lines: [], failures: [] })
  })

  it('of which most is passed over take no more memory than others', async () => {
    const runs = new LogRuns(temporaryFolder())
    const path = join(runs.folder, 'ws.log.gz')
    const part = gzipSync(`${'x'.repeat(99)}\n`.repeat(1_000_000))
    writeFileSync(path, Buffer.concat([part, part, part]))
    const open = await openUnread([path], [], NEVER)
    runs.remembered = open.logs.map((log) => log.remember()!)
    await open.logs[0]!.source.close()
    expect(runs.remembered[0]!.offset).toBe(300_000_000)
    appendFileSync(path, gzipSync(numbered(0, 100)))
    const before = process.memoryUsage().rss
    expect((await runs.run()).lines).toEqual(rangeOf(0, 100))
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000)
  })
})

describe('copies', () => {
  it.each([['ws.log.bak'], ['ws.log~'], ['ws.log-20261121'], ['ws.log.1']])('%s beside its log is counted once, in the first run and later', async (name) => {
    const runs = new LogRuns(temporaryFolder())
    const [log, copy] = [join(runs.folder, 'ws.log'), join(runs.folder, name)]
    writeFileSync(log, numbered(0, 500))
    copyFileSync(log, copy)
    appendFileSync(log, numbered(500, 1000))
    expect(await runs.run()).toMatchObject({ byName: { 'ws.log': rangeOf(0, 1000) } })
    appendFileSync(log, numbered(1000, 1500))
    expect(await runs.run()).toMatchObject({ byName: { 'ws.log': rangeOf(1000, 1500) } })
    copyFileSync(log, copy)
    appendFileSync(log, numbered(1500, 1600))
    expect(await runs.run()).toMatchObject({ byName: { 'ws.log': rangeOf(1500, 1600) }, notes: [] })
  })

  it('a run between the copy and the truncation', async () => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, `${numbered(1000, 1100)}${lineOf(1100)}`)
    copyFileSync(log, at('ws.log.1'))
    expect(await runs.run()).toMatchObject({ byName: { 'ws.log': rangeOf(1000, 1100) } })
    appendFileSync(log, '\n')
    expect((await runs.run()).lines).toEqual([lineOf(1100)])
    rewrite(log, numbered(1101, 1200))
    const { byName, notes } = await runs.run()
    expect(byName).toMatchObject({ 'ws.log': rangeOf(1101, 1200) })
    expect(notes.length).toBeLessThanOrEqual(1)
  })

  it('a run reads more than is in the copy, which it did not see yet', async () => {
    const { runs, at, log } = await readOnce()
    copyFileSync(log, at('ws.log.1'))
    appendFileSync(log, numbered(1000, 1010))
    expect((await runs.run({ paths: [log] })).lines).toEqual(rangeOf(1000, 1010))
    rewrite(log, numbered(1010, 1020))
    expect((await runs.run()).lines).toEqual(rangeOf(1010, 1020))
  })

  it('two logs whose first lines are equal are two', async () => {
    const runs = new LogRuns(temporaryFolder())
    const [one, other] = [join(runs.folder, 'one.log'), join(runs.folder, 'other.log')]
    writeFileSync(one, numbered(0, 1))
    expect((await runs.run()).lines).toEqual(rangeOf(0, 1))
    writeFileSync(other, numbered(0, 1) + numbered(50, 60))
    expect(await runs.run()).toMatchObject({ byName: { 'other.log': [lineOf(0), ...rangeOf(50, 60)] } })
    appendFileSync(one, numbered(10, 20))
    expect(await runs.run()).toMatchObject({ lines: rangeOf(10, 20) })
  })

  it('two logs of one name whose first lines are equal are two, also under names of one family', async () => {
    const runs = new LogRuns(temporaryFolder())
    writeFileSync(join(runs.folder, 'ws.log'), numbered(0, 1) + numbered(10, 20))
    writeFileSync(join(runs.folder, 'ws.log.1'), numbered(0, 1) + numbered(30, 50))
    expect((await runs.run()).lines).toHaveLength(32)
    expect((await runs.run()).lines).toEqual([])
  })

  it('two sites that write the same lines are two, through copytruncate', async () => {
    const runs = new LogRuns(temporaryFolder())
    const sites = ['a.log', 'b.log'].map((name) => join(runs.folder, name))
    for (const log of sites) writeFileSync(log, numbered(0, 500))
    expect((await runs.run()).lines).toHaveLength(1000)
    for (const log of sites) {
      appendFileSync(log, numbered(500, 600))
      copyFileSync(log, `${log}.1`)
      rewrite(log, numbered(600, 610))
    }
    expect(await runs.run()).toMatchObject({ byName: { 'a.log': rangeOf(600, 610), 'a.log.1': rangeOf(500, 600), 'b.log': rangeOf(600, 610), 'b.log.1': rangeOf(500, 600) }, notes: [] })
  })

  it('a site that comes later and writes the same lines does not go on where another was', async () => {
    const runs = new LogRuns(temporaryFolder())
    const [log, other] = ['a.log', 'b.log'].map((name) => join(runs.folder, name)) as [string, string]
    writeFileSync(log, numbered(0, 500))
    await runs.run()
    copyFileSync(log, `${log}.1`)
    copyFileSync(log, other)
    rewrite(log, '')
    expect(await runs.run()).toMatchObject({ byName: { 'b.log': rangeOf(0, 500) }, notes: [] })
  })

  it('links to one file are read once', async () => {
    const { runs, at, log } = await readOnce()
    linkSync(log, at('hard.log'))
    symlinkSync('ws.log', at('soft.log'))
    appendFileSync(log, numbered(1000, 1010))
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1010))
  })
})

describe('the last line has no end yet', () => {
  const half = lineOf(1000).slice(0, 20)
  const rest = lineOf(1000).slice(20)
  /** Nobody has written to the log for an hour. */
  const leave = (log: string): void => utimesSync(log, new Date(), new Date(Date.now() - 3_700_000))

  it('it is left, however often it is looked at, while it may be written', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, half)
    for (let times = 0; times < 3; times++) expect((await runs.run()).lines).toEqual([])
    appendFileSync(log, `${rest}\n${numbered(1001, 1003)}`)
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1003))
  })

  it('it is left, and read when it is completed', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, half)
    expect((await runs.run()).lines).toEqual([])
    appendFileSync(log, `${rest}\n${numbered(1001, 1003)}`)
    expect((await runs.run()).lines).toEqual(rangeOf(1000, 1003))
  })

  it('nobody writes any more: it is read once, and not again when it is completed after all', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, half)
    leave(log)
    expect((await runs.run()).lines).toEqual([])
    expect((await runs.run()).lines).toEqual([half])
    expect((await runs.run()).lines).toEqual([])
    appendFileSync(log, rest)
    expect((await runs.run()).lines).toEqual([])
    appendFileSync(log, `\n${numbered(1001, 1003)}`)
    expect((await runs.run()).lines).toEqual(rangeOf(1001, 1003))
  })

  it('it is the only line', async () => {
    const runs = new LogRuns(temporaryFolder())
    const log = join(runs.folder, 'ws.log')
    writeFileSync(log, half)
    leave(log)
    expect((await runs.run()).lines).toEqual([])
    expect((await runs.run()).lines).toEqual([half])
    appendFileSync(log, `${rest}\n${numbered(1001, 1003)}`)
    expect((await runs.run()).lines).toEqual(rangeOf(1001, 1003))
  })

  it('it was read, then completed and compressed', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, half)
    leave(log)
    await runs.run()
    expect((await runs.run()).lines).toEqual([half])
    appendFileSync(log, `${rest}\n${numbered(1001, 1003)}`)
    gzip(log)
    expect((await runs.run()).lines).toEqual(rangeOf(1001, 1003))
  })

  it('it was left, then compressed as it is', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, half)
    await runs.run()
    gzip(log)
    expect((await runs.run()).lines).toEqual([half])
    expect((await runs.run()).lines).toEqual([])
  })

  it('it is very long', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, 'x'.repeat(3_000_000))
    expect((await runs.run()).lines).toEqual([])
    appendFileSync(log, `\n${numbered(1001, 1003)}`)
    expect((await runs.run()).lines).toEqual(['overlong', ...rangeOf(1001, 1003)])
  })
})

describe('an empty file', () => {
  it('has no identity', async () => {
    const runs = new LogRuns(temporaryFolder())
    const at = (name: string): string => join(runs.folder, name)
    for (const name of ['ws.log', 'ws.log.1', 'other.log']) writeFileSync(at(name), '')
    writeFileSync(at('ws.log.2.gz'), gzipSync(''))
    expect(await runs.run()).toMatchObject({ lines: [], failures: [], notes: [] })
    expect(runs.remembered).toEqual([])
    for (const [index, name] of ['ws.log', 'ws.log.1', 'other.log'].entries()) appendFileSync(at(name), numbered(10 * index, 10 * index + 10))
    expect((await runs.run()).lines.toSorted()).toEqual(rangeOf(0, 30))
  })
})

describe('a log changes while it is read', () => {
  it('it grows: the rest comes in the next run', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, numbered(1000, 1010))
    expect((await runs.run({ whileOpen: () => appendFileSync(log, numbered(1010, 1020)) })).lines).toEqual(rangeOf(1000, 1010))
    expect((await runs.run()).lines).toEqual(rangeOf(1010, 1020))
  })

  it.each([['cut off', ''], ['and written anew beyond what it was', numbered(1010, 5000)]])('it is truncated, %s: the run is not kept, and the next one finds all', async (_, content) => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, numbered(1000, 1010))
    const kept = runs.remembered
    await expect(runs.run({ whileOpen: () => {
      copyFileSync(log, at('ws.log.1'))
      rewrite(log, content)
    } })).rejects.toThrow(/ws\.log: was truncated (?:or written anew )?while it was read/)
    expect(runs.remembered).toEqual(kept)
    expect((await runs.run()).lines.toSorted()).toEqual(rangeOf(1000, content === '' ? 1010 : 5000))
  })

  it('it is truncated while it is looked at, with the same lines at the place where the reading ends', async () => {
    const { runs, log } = await readOnce()
    appendFileSync(log, numbered(1000, 1010))
    await expect(runs.run({ whileOpen: () => rewrite(log, numbered(7000, 7500) + numbered(500, 1010)) })).rejects.toThrow(/written anew/)
    // Equal in length and end: only its beginning tells.
    await expect(runs.run({ whileOpen: () => rewrite(log, numbered(8000, 8500) + numbered(500, 1010)) })).rejects.toThrow(/written anew/)
  })

  it('it is renamed or deleted: it is read through the descriptor', async () => {
    const { runs, at, log } = await readOnce()
    appendFileSync(log, numbered(1000, 1010))
    expect((await runs.run({ whileOpen: () => {
      renameSync(log, at('ws.log.1'))
      writeFileSync(log, numbered(1010, 1020))
    } })).lines).toEqual(rangeOf(1000, 1010))
    expect(await runs.run()).toMatchObject({ lines: rangeOf(1010, 1020), notes: [] })
  })

  it('a compressed one is written anew: the run is not kept', async () => {
    const { runs, log, at } = await readOnce()
    gzip(log)
    appendFileSync(at('ws.log.gz'), gzipSync(numbered(1000, 1010)))
    await expect(runs.run({ whileOpen: () => appendFileSync(at('ws.log.gz'), gzipSync('more\n')) })).rejects.toThrow(/written anew while it was read/)
  })
})

describe('what cannot be remembered or read', () => {
  it('is refused, path by path, and the others are read', async () => {
    const { runs, at, log } = await readOnce()
    execFileSync('mkfifo', [at('fifo')])
    mkdirSync(at('folder'))
    const { failures, logs } = await openUnread(['-', at('fifo'), at('folder'), at('none.log'), '/dev/null', log], runs.remembered, NEVER)
    for (const { source } of logs) await source.close()
    expect(logs).toHaveLength(1)
    expect(failures.map(({ error }) => [error.code, error.message.replaceAll(`${runs.folder}/`, '')])).toEqual([
      ['input', '-: standard input comes once and cannot be known again; name the log files, or leave out --state'],
      ['input', 'fifo: is no regular file, so it comes once and cannot be known again; name the log files, or leave out --state'],
      ['input', 'folder: is a folder; name the files in it, such as folder/*.log'],
      ['input', 'none.log: there is no such file'],
      ['input', '/dev/null: is no regular file, so it comes once and cannot be known again; name the log files, or leave out --state'],
    ])
  })

  it('is remembered on, without a word that it is gone, while it is there', async () => {
    const { runs, log } = await readOnce()
    unlinkSync(log)
    mkdirSync(log)
    const { notes, absent } = await openUnread([log], runs.remembered, NEVER)
    expect(notes).toEqual([])
    expect(absent.map(({ remembered }) => remembered)).toEqual(runs.remembered)
  })

  it('an aborted signal ends the opening, and all files are closed', async () => {
    const { log } = await readOnce()
    const openPaths = (): string => execFileSync('ls', ['-l', `/proc/${process.pid}/fd`], { encoding: 'utf8' })
    const { logs } = await openUnread([log], [], NEVER)
    expect(openPaths()).toContain(log)
    await logs[0]!.source.close()
    await expect(openUnread([log], [], AbortSignal.abort())).rejects.toThrow(/abort/i)
    expect(openPaths()).not.toContain(log)
  })
})

describe('what comes back from a disk', () => {
  it('is what was written there, or is refused', async () => {
    const { runs } = await readOnce()
    const [good] = runs.remembered
    expect(isRememberedFile(good)).toBe(true)
    for (const bad of [null, [], 'x', {}, { ...good, path: 7 }, { ...good, ino: 12 }, { ...good, dev: '1e3' }, { ...good, offset: -1 }, { ...good, offset: 1.5 }, { ...good, offset: 2 ** 60 }, { ...good, head: { ...good!.head, bytes: 1e9 } }, { ...good, before: undefined }, { ...good, head: { ...good!.head, sha256: 'xyz' } }, { ...good, compression: 'rar' }, { ...good, isFinal: 'yes' }, { ...good, mtimeNs: '' }]) {
      expect(isRememberedFile(bad)).toBe(false)
    }
  })

  it('a whole life of it stays small', async () => {
    const { runs } = await readOnce()
    expect(JSON.stringify(runs.remembered[0]).length).toBeLessThan(700)
    rmSync(join(runs.folder, 'ws.log'))
  })
})
