import { appendFileSync, copyFileSync, mkdirSync, renameSync, rmSync, symlinkSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FollowedFile } from '../../src/input/followed-file.ts'
import { isRotatedName } from '../../src/input/siblings.ts'
import { temporaryFolder } from '../helpers/folder.ts'

const MINUTE = 60_000

/** A followed log in a folder of its own; `lines()` reads all there is and gives what came since. */
const following = ({ isFromStart = false, before = '' as string | null, folder = temporaryFolder(), name = 'ws.log' } = {}) => {
  const path = join(folder, name)
  if (before !== null) writeFileSync(path, before)
  let came: string[] = []
  let ends = 0
  let nowMs = 0
  const log = new FollowedFile(path, {
    isFromStart,
    now: () => nowMs,
    reader: {
      readBlock: (bytes, from, to) => void came.push(...bytes.toString('latin1', from, to - 1).split('\n')),
      readLast: (bytes) => void came.push(`last:${bytes.toString('latin1').trimEnd()}`),
      skipOverlong: (bytes) => void came.push(`overlong:${bytes}`),
      end: () => void ends++,
    },
  })
  onTestFinished(() => log.close())
  const taken = (): string[] => came.splice(0)
  const lines = (): string[] => {
    while (log.read() > 0) { /* to the end */ }
    return taken()
  }
  return { log, path, folder, lines, taken, ends: () => ends, pass: (ms: number) => void (nowMs += ms), rotated: (suffix: string) => `${path}${suffix}` }
}

/** Open descriptors of this process that lead to a path that begins so. */
const openFiles = (path: string): number => Number(execFileSync('sh', ['-c', 'ls -l /proc/$1/fd 2> /dev/null | grep -cF -- "-> $2" || true', 'sh', String(process.pid), path], { encoding: 'utf8' }))

describe('where reading starts', () => {
  it('at the end: what was there is the sample, what comes is read', () => {
    const { log, path, lines } = following({ before: 'a\nb\n' })
    expect(log.sample.toString()).toBe('a\nb\n')
    expect(lines()).toEqual([])
    appendFileSync(path, 'c\n')
    expect(log.unreadBytes).toBe(2)
    expect(lines()).toEqual(['c'])
    expect(log.unreadBytes).toBe(0)
  })

  it('behind the last line feed: a half line is read whole', () => {
    const { log, path, lines } = following({ before: 'a\nhalf' })
    expect(log.sample.toString()).toBe('a\n')
    appendFileSync(path, ' line\n')
    expect(lines()).toEqual(['half line'])
  })

  it('from the start: all of the file at the path, and nothing of what was rotated before', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'ws.log.1'), 'old\n')
    const { lines, path } = following({ folder, before: 'a\nb\n', isFromStart: true })
    expect(lines()).toEqual(['a', 'b'])
    renameSync(`${path}.1`, `${path}.2`)
    renameSync(path, `${path}.1`)
    writeFileSync(path, 'c\n')
    expect(lines()).toEqual(['c'])
  })

  it('a sample has whole lines, and at most 1 MiB of them', () => {
    const { log } = following({ before: `${'x'.repeat(99)}\n`.repeat(20_000) })
    expect(log.sample.length).toBeGreaterThan((1 << 20) - 200)
    expect(log.sample.length).toBeLessThanOrEqual(1 << 20)
    expect(log.sample.length % 100).toBe(0)
  })

  it('a file that appears later is read from its beginning, also in a folder that does not exist yet', () => {
    const folder = join(temporaryFolder(), 'later')
    const { log, path, lines } = following({ folder, before: null })
    expect([log.state, log.problem, lines()]).toEqual(['waiting', undefined, []])
    mkdirSync(folder)
    writeFileSync(path, 'a\n')
    expect(lines()).toEqual(['a'])
    expect(log.state).toBe('following')
  })
})

describe('mv and create', () => {
  it('the old file is read on, and its half line is completed there', () => {
    const { path, lines, rotated } = following()
    appendFileSync(path, '1\n2 ha')
    expect(lines()).toEqual(['1'])
    renameSync(path, rotated('.1'))
    writeFileSync(path, 'new\nalso ')
    expect(lines()).toEqual(['new'])
    appendFileSync(rotated('.1'), 'lf\n3\n')
    appendFileSync(path, 'new\n')
    expect(lines()).toEqual(['2 half', '3', 'also new'])
  })

  it('several rotations between two looks: each file whole, in order, and nothing that was there before', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'ws.log.1'), 'ancient\n')
    const { path, lines, rotated } = following({ folder, before: 'before\n' })
    const rotate = (): void => {
      for (const n of [4, 3, 2, 1]) execFileSync('sh', ['-c', '[ ! -e "$1" ] || mv "$1" "$2"', 'sh', rotated(`.${n}`), rotated(`.${n + 1}`)])
      renameSync(path, rotated('.1'))
    }
    appendFileSync(path, 'one\n')
    rotate()
    for (const text of ['two', 'three']) {
      writeFileSync(path, `${text}\n`)
      rotate()
    }
    writeFileSync(path, 'four\n')
    expect(lines()).toEqual(['one', 'two', 'three', 'four'])
    expect(lines()).toEqual([])
  })

  it('a file that came and went while nothing was at the path is read', () => {
    const { log, path, lines, rotated } = following({ before: null })
    log.look()
    writeFileSync(path, 'a\n')
    renameSync(path, rotated('-20261121'))
    expect(lines()).toEqual(['a'])
    expect(log.state).toBe('waiting')
  })

  it.each<[string, (path: string) => void]>([
    ['a copy of the log', (path) => copyFileSync(path, `${path}.bak`)],
    ['a compressed file', (path) => writeFileSync(`${path}.2.gz`, gzipSync('zipped\n'))],
    ['another log, whose name begins the same', (path) => writeFileSync(`${path}.error`, 'error\n')],
    ['a folder', (path) => mkdirSync(`${path}.2`)],
  ])('%s that appears with a rotation is not read', (_, make) => {
    const { path, lines, rotated } = following({ before: 'a\n', isFromStart: true })
    appendFileSync(path, 'b\n')
    expect(lines()).toEqual(['a', 'b'])
    make(path)
    renameSync(path, rotated('.1'))
    writeFileSync(path, 'c\n')
    expect(lines()).toEqual(['c'])
  })

  it('an old log that is unpacked between rotations is not read at the next', () => {
    const { log, path, lines, rotated } = following({ before: 'before\n' })
    writeFileSync(rotated('.7'), 'unpacked\n')
    log.look()
    renameSync(path, rotated('.1'))
    writeFileSync(path, 'a\n')
    expect(lines()).toEqual(['a'])
  })

  it('a file that is moved back goes on where it was', () => {
    const { path, lines, rotated } = following({ before: '', isFromStart: true })
    appendFileSync(path, 'a\n')
    expect(lines()).toEqual(['a'])
    renameSync(path, rotated('.1'))
    expect(lines()).toEqual([])
    renameSync(rotated('.1'), path)
    appendFileSync(path, 'b\n')
    expect(lines()).toEqual(['b'])
  })

  it('an edit in place, by way of a copy, is not read again', () => {
    const { path, lines, folder } = following({ before: '', isFromStart: true })
    appendFileSync(path, 'first\nsecond\n')
    expect(lines()).toEqual(['first', 'second'])
    copyFileSync(path, join(folder, 'sedXYZ'))
    renameSync(join(folder, 'sedXYZ'), path)
    appendFileSync(path, 'third\n')
    expect(lines()).toEqual(['third'])
  })
})

describe('copytruncate', () => {
  it.each([
    ['shorter than before', 'x\n'],
    ['grown beyond the old place', `${'much longer than before'.repeat(9)}\n`],
  ])('the rest comes from the copy, then the file from its beginning: %s', (_, next) => {
    const { path, lines, rotated } = following()
    appendFileSync(path, 'one\ntwo ha')
    expect(lines()).toEqual(['one'])
    appendFileSync(path, 'lf\nthree\n')
    copyFileSync(path, rotated('.1'))
    truncateSync(path)
    appendFileSync(path, next)
    expect(lines()).toEqual(['two half', 'three', next.trimEnd()])
    expect(lines()).toEqual([])
  })

  it('twice between two looks', () => {
    const { path, lines, rotated } = following()
    appendFileSync(path, 'one\n')
    expect(lines()).toEqual(['one'])
    appendFileSync(path, 'two\n')
    copyFileSync(path, rotated('.1'))
    truncateSync(path)
    appendFileSync(path, 'three\n')
    renameSync(rotated('.1'), rotated('.2'))
    copyFileSync(path, rotated('.1'))
    truncateSync(path)
    appendFileSync(path, 'four\n')
    expect(lines()).toEqual(['two', 'three', 'four'])
  })

  it('without a copy the half line is over, and the file begins anew', () => {
    const { path, lines } = following()
    appendFileSync(path, 'one\nhalf')
    expect(lines()).toEqual(['one'])
    truncateSync(path)
    expect(lines()).toEqual(['last:half'])
    appendFileSync(path, 'two\n')
    expect(lines()).toEqual(['two'])
  })

  it('zeros that a writer leaves who does not append are no line', () => {
    const { path, lines } = following()
    appendFileSync(path, 'one\n')
    expect(lines()).toEqual(['one'])
    truncateSync(path)
    truncateSync(path, 700_000)
    appendFileSync(path, 'two\n')
    expect(lines()).toEqual(['two'])
  })
})

describe('what else becomes of a path', () => {
  it('deleted and made again: the rest of the old file, then the new one', () => {
    const { log, path, lines } = following()
    appendFileSync(path, 'a\n')
    unlinkSync(path)
    expect(lines()).toEqual(['a'])
    expect(log.state).toBe('waiting')
    writeFileSync(path, 'b\n')
    expect(lines()).toEqual(['b'])
    expect(log.state).toBe('following')
  })

  it('a link that is switched: into another folder, and back to where it was', () => {
    const folder = temporaryFolder()
    const targets = ['one', 'two'].map((name) => join(folder, name, 'x.log'))
    for (const target of targets) {
      mkdirSync(join(target, '..'))
      writeFileSync(target, '')
    }
    symlinkSync(targets[0]!, join(folder, 'ws.log'))
    const { path, lines } = following({ folder, before: null })
    const lead = (target: string): void => {
      symlinkSync(target, `${path}.new`)
      renameSync(`${path}.new`, path)
    }
    appendFileSync(targets[0]!, 'a\n')
    lead(targets[1]!)
    appendFileSync(targets[1]!, 'b\n')
    expect(lines()).toEqual(['a', 'b'])
    lead(targets[0]!)
    appendFileSync(targets[0]!, 'c\n')
    appendFileSync(targets[1]!, 'd\n')
    expect(lines().sort()).toEqual(['c', 'd'])
  })

  it('a folder, a FIFO or a compressed file is a problem, and a log that takes its place is read', () => {
    const { log, path, lines } = following({ before: null })
    mkdirSync(path)
    log.look()
    expect(log.problem).toMatch(/is a folder/)
    rmSync(path, { recursive: true })
    execFileSync('mkfifo', [path])
    log.look()
    expect(log.problem).toMatch(/no regular file/)
    rmSync(path)
    writeFileSync(path, gzipSync('a\n'))
    expect(lines()).toEqual([])
    expect(log.problem).toMatch(/compressed \(gzip\)/)
    renameSync(path, `${path}.1.gz`)
    writeFileSync(path, 'b\n')
    expect(lines()).toEqual(['b'])
    expect(log.problem).toBeUndefined()
  })

  it('a file that the system cannot read is a problem, and a log that takes its place is read', () => {
    const folder = temporaryFolder()
    // Reading it from its beginning is an I/O error: nothing is mapped there.
    symlinkSync('/proc/self/mem', join(folder, 'ws.log'))
    const { log, path, lines } = following({ folder, before: null })
    for (let look = 0; look < 3; look++) expect(lines()).toEqual([])
    expect(log.problem).toBe(`${path}: the disk reported an error while it was read`)
    expect(openFiles('/proc/')).toBe(0)
    unlinkSync(path)
    writeFileSync(path, 'a\n')
    expect(lines()).toEqual(['a'])
    expect(log.problem).toBeUndefined()
  })

  it('an overlong line is told by its length, and the next one is read', () => {
    const { path, lines } = following()
    appendFileSync(path, `${'x'.repeat(3 << 20)}\nb\n`)
    expect(lines()).toEqual([`overlong:${(3 << 20) + 1}`, 'b'])
  })
})

describe('old files are let go', () => {
  const rotatedTwice = () => {
    const all = following()
    const { log, path, rotated, lines } = all
    appendFileSync(path, 'half')
    for (const suffix of ['.a1', '.a2']) {
      lines()
      renameSync(path, rotated(suffix))
      writeFileSync(path, '')
      log.look()
    }
    lines()
    return all
  }

  it('one that is quiet for ten minutes, with its half line; but the last one stays', () => {
    const { log, lines, path, pass, rotated } = rotatedTwice()
    pass(9 * MINUTE)
    expect([lines(), openFiles(path)]).toEqual([[], 3])
    pass(2 * MINUTE)
    log.look()
    expect([lines(), openFiles(path)]).toEqual([['last:half'], 2])
    appendFileSync(rotated('.a2'), 'late\n')
    expect(lines()).toEqual(['late'])
  })

  it('one that is deleted after a quiet minute', () => {
    const { log, path, pass, rotated } = rotatedTwice()
    unlinkSync(rotated('.a2'))
    pass(MINUTE - 1)
    log.look()
    expect(openFiles(path)).toBe(3)
    pass(MINUTE)
    log.look()
    expect(openFiles(path)).toBe(2)
  })

  it('one that is deleted and read, at SIGHUP; what was renamed may still be written to', () => {
    const { log, path, lines, rotated } = rotatedTwice()
    unlinkSync(rotated('.a2'))
    log.reopen()
    expect(lines()).toEqual([])
    expect(openFiles(path)).toBe(2)
    appendFileSync(rotated('.a1'), ' a line of an old worker\n')
    expect(lines()).toEqual(['half a line of an old worker'])
  })

  it('at most 64 are open, and none is let go unread', () => {
    const { path, lines, log, rotated, taken } = following()
    const written = Array.from({ length: 150 }, (_, index) => `line ${index}`)
    for (const [index, line] of written.entries()) {
      appendFileSync(path, `${line}\n`)
      renameSync(path, rotated(`.${index}`))
      writeFileSync(path, '')
      log.look()
      expect(openFiles(path)).toBeLessThanOrEqual(64)
    }
    expect([...taken(), ...lines()]).toEqual(written)
  })

  it('closing gives the half lines, ends the reader once, and leaves nothing open', () => {
    const { log, path, ends, lines, taken } = following()
    appendFileSync(path, 'a\nhalf')
    lines()
    expect(ends()).toBe(0)
    log.close()
    log.close()
    expect([taken(), ends(), log.read(), openFiles(path)]).toEqual([['last:half'], 1, 0, 0])
  })
})

describe('names of rotated logs', () => {
  it.each([['ws.log.1', true], ['ws.log-20261121', true], ['ws.log.old', true], ['ws.log~', true], ['ws-20261121.log', true], ['ws.log', false], ['ws.log.error', false], ['ws-2.log', false], ['wss.log', false]])('%s: %s', (name, isRotated) => {
    expect(isRotatedName(name, 'ws.log')).toBe(isRotated)
  })
})
