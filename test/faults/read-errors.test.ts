import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../src/report/report.ts'
import { ROOT } from '../helpers/cli.ts'
import { mayMountFuse } from '../helpers/namespaces.ts'
import { onFailingDisk } from './failing-disk.ts'

const SAMPLE = readFileSync(join(ROOT, 'samples/who-cut-it.access.log'), 'utf8')
const LINES = SAMPLE.split(/(?<=\n)/)
/** 202 lines, again and again: 1.9 MB, of which sessions of one age ask for a second look. */
const LOG = SAMPLE.repeat(30)
const HALF = LOG.length >> 1
const WHOLE_LINES = LOG.slice(0, HALF).split('\n').length - 1
/** Read before the lines are: the first four bytes, the first MiB, the last 64 kB. */
const LOOKED = 4 + (1 << 20) + (1 << 16)

const EIO = 'the disk reported an error while it was read'
const TRUNCATED = 'was truncated while it was read, as copytruncate of logrotate does; what came before was read. Run this again, with the file that it is rotated to beside it'

const reportIn = (stdout: string): Report => JSON.parse(stdout) as Report

describe.skipIf(!mayMountFuse())('a disk that fails in the middle of', () => {
  it.each([['1'], ['2']])('a log: what came before is reported, the rest is said; %s threads', async (threads) => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, failAt: HALF }], `wslog analyze --json --threads ${threads} x.log`)
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log: ${EIO}\n` })
    const { lines, sessions, endings, errors } = reportIn(stdout)
    expect(errors).toEqual([{ path: 'x.log', message: `x.log: ${EIO}` }])
    // Half a line is not believed, not even as one that is broken.
    expect(lines).toMatchObject({ read: WHOLE_LINES, parsed: WHOLE_LINES, skipped: 0 })
    expect(endings.reduce((sum, ending) => sum + ending.sessions, 0)).toBe(sessions.count)
  })

  it.each([
    ['its first byte', 0, 0],
    ['the last lines, which are looked at first', LOG.length - 1000, 5500],
  ])('a log: %s', async (_, failAt, least) => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, failAt }], 'wslog analyze --json x.log')
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log: ${EIO}\n` })
    if (least === 0) expect(stdout).toBe('')
    else expect(reportIn(stdout).lines.read).toBeGreaterThan(least)
  })

  it('a log that is read a second time: the report is that of the first', async () => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, armAfter: LOOKED + LOG.length + HALF, becomes: 'EIO' }], 'wslog analyze --json --threads 1 x.log')
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log: ${EIO}\n` })
    const { sessions, endings } = reportIn(stdout)
    expect(sessions.count).toBe(LINES.length * 30)
    expect(endings.reduce((sum, ending) => sum + ending.sessions, 0)).toBe(sessions.count)
  })

  it('a compressed log', async () => {
    const content = gzipSync(LOG, { level: 1 })
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log.gz', content, failAt: content.length >> 1 }], 'wslog analyze --json x.log.gz')
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log.gz: ${EIO}\n` })
    expect(reportIn(stdout).lines.read).toBeGreaterThan(LINES.length)
  })

  it('an error log: the access log is reported all the same', async () => {
    const content = readFileSync(join(ROOT, 'samples/who-cut-it.error.log'))
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'e.log', content, failAt: 4096 }], `wslog analyze --json "${ROOT}samples/who-cut-it.access.log" -e e.log`)
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: e.log: ${EIO}\n` })
    expect(reportIn(stdout).sessions.count).toBe(202)
  })

  it('a log of a state: nothing is kept, and the next run has all', async () => {
    const { stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: SAMPLE, failAt: SAMPLE.length >> 1 }], 'S=$(mktemp -d); cp ../content-0 $S/x.log; wslog analyze --state $S/state --json x.log; echo "exit $?"; wslog analyze --state $S/state --json $S/x.log; rm -r $S')
    expect(stderr).toBe(`wslog: x.log: ${EIO}\n`)
    const [first, ...rest] = stdout.split('\n')
    expect(first).toBe('exit 2')
    expect(reportIn(rest.join('\n')).sessions.count).toBe(202)
  })

  it('a report to be compared, a summary, a log to be explained', async () => {
    const { stdout, stderr } = await onFailingDisk([{ name: 'x.json', content: LOG, failAt: 4096 }], 'wslog diff x.json x.json; echo $?; wslog merge x.json; echo $?; wslog explain x.json > /dev/null; echo $?')
    expect(stderr).toBe(`wslog: x.json: ${EIO}\n`.repeat(2))
    // Explained is what could be read.
    expect(stdout).toBe('2\n2\n0\n')
  })

  it('a log that is followed: the report says so at the end', async () => {
    const { code, stdout } = await onFailingDisk([{ name: 'x.log', content: LOG, failAt: HALF }], 'mkfifo ../out; $WSLOG tail --from-start --json --interval 1s x.log > ../out & { read -r line; kill -TERM $!; tail -1; } < ../out; wait $!')
    expect(code).toBe(2)
    expect(reportIn(stdout).errors).toEqual([{ path: 'x.log', message: `x.log: ${EIO}` }])
  })
})

describe.skipIf(!mayMountFuse())('a log that is truncated while it is read', () => {
  it.each([['1'], ['2']])('what came before is reported, and that there was more; %s threads', async (threads) => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, armAfter: LOOKED + HALF, becomes: '' }], `wslog analyze --json --threads ${threads} x.log`)
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log: ${TRUNCATED}\n` })
    const { lines, errors } = reportIn(stdout)
    expect(errors).toEqual([{ path: 'x.log', message: `x.log: ${TRUNCATED}` }])
    expect(lines.skipped).toBe(0)
    expect(lines.read).toBeGreaterThan(1000)
    expect(lines.read).toBeLessThan(LINES.length * 30)
  })

  it('in its second look', async () => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, armAfter: LOOKED + LOG.length + HALF, becomes: '' }], 'wslog analyze --json --threads 1 x.log')
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: x.log: ${TRUNCATED}\n` })
    expect(reportIn(stdout).sessions.count).toBe(LINES.length * 30)
  })

  it('and holds other lines in the second look: these are not set off against the first', async () => {
    // As long as before, but all of it after the longest session: ages that none had.
    const others = LOG.replaceAll(/ rt=\S+ urt=\S+/g, (text) => ` rt=${'9'.repeat(3)}.000 urt=999.000`.padEnd(text.length, ' '))
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, armAfter: LOOKED + LOG.length + HALF, becomes: others.split(/(?<=\n)/).toReversed().join('') }], 'wslog analyze --json --threads 1 x.log')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^wslog: x\.log: was (?:truncated|written anew) while it was read.*\n$/)
    const { sessions, endings, clusters } = reportIn(stdout)
    expect(sessions.count).toBe(LINES.length * 30)
    expect(endings.reduce((sum, ending) => sum + ending.sessions, 0)).toBe(sessions.count)
    for (const { sessions: count } of [...endings, ...clusters]) expect(count).toBeGreaterThanOrEqual(0)
  })

  it('a state keeps nothing of it', async () => {
    const { code, stdout, stderr } = await onFailingDisk([{ name: 'x.log', content: LOG, armAfter: (1 << 20) + (1 << 18), becomes: '' }], 'S=$(mktemp -d); wslog analyze --state $S/state --quiet x.log; code=$?; ls $S/state/segments; rm -r $S; exit $code')
    expect(code).toBe(2)
    expect(stderr).toMatch(/^wslog: x\.log: was truncated (?:or written anew )?while it was read.*nothing of this run was kept\n$/)
    expect(stdout).toBe('')
  })
})
