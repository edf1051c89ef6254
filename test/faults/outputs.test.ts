import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { mayMount } from '../helpers/namespaces.ts'
import { shell } from '../helpers/shell.ts'

const HEALTHY = `${ROOT}samples/healthy.access.log`

const writeTo = (path: string) => wslog(['analyze', '--quiet', HEALTHY, '-o', path])

describe('a file that cannot be written says why, ends with 2, and leaves nothing', () => {
  it.each<[string, string, string, (folder: string) => unknown]>([
    ['below a file', 'file/x.json', 'its folder is no folder', (folder) => writeFileSync(join(folder, 'file'), '')],
    ['links in a circle', 'x.json', 'its links lead in a circle', (folder) => symlinkSync('x.json', join(folder, 'x.json'))],
    ['a name that is too long', `${'x'.repeat(300)}.json`, 'its name is too long', () => {}],
    ['a folder that is missing', 'no/x.json', 'its folder does not exist', () => {}],
    ['a link into a folder that is missing', 'x.json', 'its folder does not exist', (folder) => symlinkSync('no/there.json', join(folder, 'x.json'))],
  ])('%s', async (_, name, says, prepare) => {
    const folder = temporaryFolder()
    prepare(folder)
    const before = readdirSync(folder)
    const { code, stderr } = await writeTo(join(folder, name))
    expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: ${join(folder, name)}: ${says}; nothing was written\n` })
    expect(readdirSync(folder)).toEqual(before)
  })

  it('a socket', async () => {
    const path = join(temporaryFolder(), 'x.json')
    const server = createServer().listen(path)
    onTestFinished(() => void server.close())
    expect(await writeTo(path)).toMatchObject({ code: 2, stderr: `wslog: ${path}: is a socket or a device that takes nothing; name a file; nothing was written\n` })
  })

  /** Root may do everything, but for the two rights that let it. */
  const AS_OWNER = process.getuid?.() === 0 ? 'setpriv --bounding-set=-dac_override,-dac_read_search' : ''

  it.each([['to look into', 0o000], ['to write into', 0o500]])('a folder without permission %s, for analyze and for diff', async (_, mode) => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'closed'))
    chmodSync(join(folder, 'closed'), mode)
    const { stdout, stderr } = await shell(`wslog analyze --quiet "$1" -o "$2/a.json"; for args in "analyze $1" "diff $2/a.json $2/a.json"; do ${AS_OWNER} "$WSLOG_NODE" "$WSLOG_CLI" $args --quiet -o "$2/closed/x.json"; echo $?; done`, [HEALTHY, folder])
    chmodSync(join(folder, 'closed'), 0o700)
    expect({ stdout, stderr }).toEqual({ stdout: '2\n2\n', stderr: `wslog: ${folder}/closed/x.json: no permission to write there; nothing was written\n`.repeat(2) })
    expect(readdirSync(join(folder, 'closed'))).toEqual([])
  })

  it('logs in a folder that may not be looked into, by name and by glob', async () => {
    const folder = temporaryFolder()
    mkdirSync(join(folder, 'closed'))
    writeFileSync(join(folder, 'closed/ws.log'), '')
    chmodSync(join(folder, 'closed'), 0o000)
    const { stderr } = await shell(`for name in ws.log '*.log'; do ${AS_OWNER} "$WSLOG_NODE" "$WSLOG_CLI" analyze --quiet "$1/closed/$name"; done`, [folder])
    chmodSync(join(folder, 'closed'), 0o700)
    expect(stderr.replaceAll(`${folder}/closed/`, '')).toBe(['ws.log', '*.log'].map((name) => `wslog: ${name}: no permission to read it; nginx logs usually belong to root:adm, so run as a member of the group adm\n`).join(''))
  })
})

describe('what stands at the path', () => {
  it('a link to a file that is not there yet stays one', async () => {
    const folder = temporaryFolder()
    symlinkSync('real.json', join(folder, 'x.json'))
    expect((await writeTo(join(folder, 'x.json'))).code).toBe(0)
    expect(readlinkSync(join(folder, 'x.json'))).toBe('real.json')
    expect(lstatSync(join(folder, 'real.json')).isFile()).toBe(true)
  })

  it.each([0o600, 0o664])('keeps its mode, %o, whatever the umask', async (mode) => {
    const path = join(temporaryFolder(), 'x.json')
    writeFileSync(path, 'old')
    chmodSync(path, mode)
    await shell('umask 077; wslog analyze --quiet "$1" -o "$2"', [HEALTHY, path])
    expect(statSync(path).mode & 0o777).toBe(mode)
    expect(readFileSync(path, 'utf8')).toContain('wslog.report/1')
  })

  it('a draft that a killed run left an hour ago goes with the next run; a younger one, and those of other files, stay', async () => {
    const folder = temporaryFolder()
    const [old, young, other] = ['.x.json.0123456789abcdef.tmp', '.x.json.fedcba9876543210.tmp', '.y.json.0123456789abcdef.tmp'] as const
    for (const name of [old, young, other]) writeFileSync(join(folder, name), '{"half')
    for (const name of [old, other]) utimesSync(join(folder, name), Date.now() / 1000 - 4000, Date.now() / 1000 - 4000)
    expect((await writeTo(join(folder, 'x.json'))).code).toBe(0)
    expect(readdirSync(folder).sort()).toEqual([young, other, 'x.json'].sort())
  })

  it('a FIFO: waits for its reader, and gives it the whole', async () => {
    const { code, stdout } = await shell('mkfifo "$2/x.json"; wslog analyze --quiet "$1" -o "$2/x.json" & cat "$2/x.json"; wait $!', [HEALTHY, temporaryFolder()])
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ schema: 'wslog.report/1' })
  })

  it('a FIFO whose reader has enough: no error', async () => {
    const { code, stderr } = await shell('mkfifo "$2/x.html"; wslog analyze --quiet "$1" -o "$2/x.html" & head -c 5 "$2/x.html" > /dev/null; wait $!', [HEALTHY, temporaryFolder()])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  })
})

/** Whether a process may have mounts of its own here. */
describe.skipIf(!mayMount())('on a disk that is', () => {
  /** 256 kB, of which 4 are free; files that are there stay whole. */
  const onFullDisk = (script: string) => {
    const mount = join(temporaryFolder(), 'mount')
    mkdirSync(mount)
    return shell(`export WSLOG_NODE WSLOG_CLI; unshare -rm sh -c 'wslog() { "$WSLOG_NODE" "$WSLOG_CLI" "$@"; }; mount -t tmpfs -o size=256k tmpfs "$1"; cd "$1"; echo old > report.html; mkdir www; $2; head -c 1M /dev/zero > fill 2>/dev/null; truncate -s -4096 fill; ${script}; rm fill; find . -type f | sort; cat report.html | head -c 4' sh "$1" "$2"`, [mount, `cp ${HEALTHY} log`])
  }

  it('full: the old report stays, and no draft', async () => {
    const { stdout, stderr } = await onFullDisk('wslog analyze --quiet log -o report.html; echo $?')
    expect(stderr).toBe('wslog: report.html: no space left on the device; nothing was written\n')
    expect(stdout).toBe('2\n./log\n./report.html\nold\n')
  })

  it('full: a diff, and a merge', async () => {
    const { stdout, stderr } = await onFullDisk('wslog analyze --quiet log -o ../a.json -o ../a.summary.json; wslog diff ../a.json ../a.json --quiet -o report.json; echo $?; wslog merge ../a.summary.json --quiet -o report.html; echo $?; rm ../a.json ../a.summary.json')
    expect(stderr).toMatch(/^wslog: report\.html: no space left on the device; nothing was written\n$/m)
    expect(stdout).toMatch(/2\n[^]*old\n$/)
  })

  it('full: pages keep what was read in a state elsewhere, and say what is missing', async () => {
    const { stdout, stderr } = await onFullDisk('wslog analyze --quiet --state ../state log -o www/; echo $?; wslog state ../state | head -1; rm -r ../state')
    expect(stderr).toMatch(/^wslog: www\/[^:]*\.html: no space left on the device; nothing was written\n$/)
    expect(stdout).toMatch(/^2\nLast run [^]*old\n$/)
    expect(stdout).not.toContain('.tmp')
  })

  it('read-only, also as the current folder', async () => {
    const mount = join(temporaryFolder(), 'mount')
    mkdirSync(mount)
    const { stdout, stderr } = await shell('export WSLOG_NODE WSLOG_CLI; unshare -rm sh -c \'mount -t tmpfs tmpfs "$1"; cp "$2" "$1/log"; mount -o remount,ro "$1"; cd "$1"; "$WSLOG_NODE" "$WSLOG_CLI" analyze log | head -1; "$WSLOG_NODE" "$WSLOG_CLI" analyze --quiet log -o x.json; echo $?\' sh "$1" "$2"', [mount, HEALTHY])
    expect({ stdout, stderr }).toEqual({ stdout: 'wslog  log\n2\n', stderr: 'wslog: x.json: the file system is read-only; nothing was written\n' })
  })
})

it('a limit of the file size leaves the old file, and no draft', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'x.html'), 'old')
  const { code, stderr } = await shell('trap "" XFSZ; ulimit -f 4; wslog analyze --quiet "$1" -o "$2/x.html"', [HEALTHY, folder])
  expect({ code, stderr }).toEqual({ code: 2, stderr: `wslog: ${folder}/x.html: the limit of file sizes is reached (ulimit -f); nothing was written\n` })
  expect(readdirSync(folder)).toEqual(['x.html'])
  expect(existsSync(join(folder, 'x.html')) && readFileSync(join(folder, 'x.html'), 'utf8')).toBe('old')
})
