import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../helpers/folder.ts'
import { mayMount } from '../helpers/namespaces.ts'
import { bytesOf, contentOf, makeState, opened } from './opening.ts'
import { WORKER } from './worker.ts'

const SMALL = { meta: 0, segment: 0 }
const WHOLE = { meta: { offset: 12 }, segments: { '2026-11-20': { sum: 20, text: 'yesterday' }, '2026-11-21T05': { sum: 5, text: 'today' } } }

/** What a process says that tries to keep so much, started by a shell with `$@` as its command. */
const tryIn = (shell: string, { dir, sizes, env }: { readonly dir: string; readonly sizes: { readonly meta: number; readonly segment: number }; readonly env?: NodeJS.ProcessEnv }): string => {
  const { stdout, stderr, status } = spawnSync('bash', ['-c', shell, 'bash', process.execPath, WORKER, 'full', dir, JSON.stringify(sizes)], { encoding: 'utf8', env: { ...process.env, ...env } })
  expect(stderr).toBe('')
  expect(status).toBe(0)
  return stdout
}

const made = async (): Promise<string> => {
  const dir = join(temporaryFolder(), 'state')
  await makeState(dir)
  return dir
}

describe('a write that fails half-way leaves the old state whole', () => {
  it.each([
    ['of a segment', { meta: 0, segment: 20_000 }, /segments\/2026-11-21\..*the limit of file sizes is reached/],
    ['of the manifest', { meta: 20_000, segment: 0 }, /state: the limit of file sizes is reached/],
  ])('%s, at a limit of the file size', async (_, sizes, message) => {
    const dir = await made()
    const before = bytesOf(dir)
    const said = tryIn('ulimit -f 16; "$@"', { dir, sizes })
    expect(said).toMatch(/^WslogError state /)
    expect(said).toMatch(message)
    expect(said).toMatch(/the state is as it was before$/m)
    expect(bytesOf(dir)).toEqual(before)
    expect(tryIn('ulimit -f 16; "$@"', { dir, sizes: SMALL })).toBe('kept\n')
  })

  it('of the very first manifest', async () => {
    const dir = join(temporaryFolder(), 'state')
    mkdirSync(dir)
    const { status, stderr } = spawnSync('bash', ['-c', 'ulimit -f 0; "$@"', 'bash', process.execPath, WORKER, 'full', dir, JSON.stringify(SMALL)], { encoding: 'utf8' })
    expect(status).not.toBe(0)
    expect(stderr).toMatch(/WslogError: .*the limit of file sizes is reached/)
    expect(readdirSync(dir)).toEqual(['lock'])
    expect(tryIn('"$@"', { dir, sizes: SMALL })).toBe('kept\n')
  })
})

describe.skipIf(!mayMount())('on a disk of its own', () => {
  const on = (options: string): string => `unshare -rm bash -c 'mount -t tmpfs -o ${options} tmpfs "$MOUNT" && cp -a "$FROM" "$MOUNT/state" && { [ -z "$FILL" ] || head -c "$FILL" /dev/zero > "$MOUNT/other"; } && { [ -z "$READ_ONLY" ] || mount -o remount,ro "$MOUNT"; } && { "$@"; cp -a "$MOUNT/state" "$TO"; }' bash "$@"`

  it.each([
    ['full in a segment', { meta: 0, segment: 20_000 }, /segments\/2026-11-21\..*no space left/],
    ['full in the manifest', { meta: 20_000, segment: 0 }, /state: no space left/],
  ])('%s', async (_, sizes, message) => {
    const from = await made()
    const room = temporaryFolder()
    const mount = join(room, 'mount')
    mkdirSync(mount)
    const said = tryIn(on('size=128k,mode=755'), { dir: join(mount, 'state'), sizes, env: { MOUNT: mount, FROM: from, TO: join(room, 'after'), FILL: '60000', READ_ONLY: '' } })
    expect(said).toMatch(/^WslogError state /)
    expect(said).toMatch(message)
    expect(bytesOf(join(room, 'after'))).toEqual(bytesOf(from))
    expect(await contentOf(await opened(join(room, 'after')))).toEqual(WHOLE)
  })

  it('that is read-only', async () => {
    const from = await made()
    const room = temporaryFolder()
    const mount = join(room, 'mount')
    mkdirSync(mount)
    const { stderr } = spawnSync('bash', ['-c', on('mode=755'), 'bash', process.execPath, WORKER, 'full', join(mount, 'state'), JSON.stringify(SMALL)], { encoding: 'utf8', env: { ...process.env, MOUNT: mount, FROM: from, TO: join(room, 'after'), FILL: '', READ_ONLY: '1' } })
    expect(stderr).toMatch(/WslogError: .*the file system is read-only; the state is as it was before/)
    expect(bytesOf(join(room, 'after'))).toEqual(bytesOf(from))
  })
})

describe('without permission', () => {
  /** As root one may do everything, so the process becomes another user. */
  const asOther = process.getuid?.() === 0 ? 'setpriv --reuid=65534 --regid=65534 --clear-groups "$@"' : '"$@"'

  it.each([[0o500, 'to write'], [0o000, 'to read']])('mode %o: %s', async (mode) => {
    const room = temporaryFolder()
    chmodSync(room, 0o755)
    const dir = join(room, 'state')
    await makeState(dir)
    const before = bytesOf(dir)
    if (process.getuid?.() === 0) {
      for (const path of [dir, join(dir, 'lock'), join(dir, 'segments'), ...Object.keys(before).map((name) => join(dir, name))]) chownSync(path, 65_534, 65_534)
    }
    chmodSync(dir, mode)
    chmodSync(join(dir, 'lock'), mode)
    const { stderr } = spawnSync('bash', ['-c', asOther, 'bash', process.execPath, WORKER, 'full', dir, JSON.stringify(SMALL)], { encoding: 'utf8' })
    chmodSync(dir, 0o700)
    chmodSync(join(dir, 'lock'), 0o700)
    expect(stderr).toMatch(/WslogError: .*: no permission; all runs on a state have to be of one user/)
    expect(bytesOf(dir)).toEqual(before)
  })

  it('to a folder of another', () => {
    const dir = join(temporaryFolder(), 'state')
    mkdirSync(dir)
    writeFileSync(join(dir, 'state.json'), '{}')
    chmodSync(dir, 0o000)
    const { stderr } = spawnSync('bash', ['-c', asOther, 'bash', process.execPath, WORKER, 'full', dir, JSON.stringify(SMALL)], { encoding: 'utf8' })
    chmodSync(dir, 0o700)
    expect(stderr).toMatch(/WslogError: .*no permission/)
  })
})
