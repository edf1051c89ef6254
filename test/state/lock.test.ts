import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, renameSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Life, lifeOf } from '../../src/state/liveness.ts'
import { lockHolder, takeLock } from '../../src/state/lock.ts'
import { type Holder, holderOf, statOf, thisProcess, tokenOf } from '../../src/state/lock-token.ts'
import { openState } from '../../src/state/state.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { mayHaveProcesses } from '../helpers/namespaces.ts'
import { contentOf, NOW_MS, opened, OPTIONS } from './opening.ts'
import { startWorker } from './worker.ts'

const self = thisProcess({ nowMs: NOW_MS })

/** A process that was, and is no more. */
const deadPid = (): number => spawnSync(process.execPath, ['-e', '']).pid

const tokensOf = (dir: string): string[] => readdirSync(join(dir, 'lock'))

/** A new state whose lock is held by this one. */
const heldBy = async (holder: Holder | string): Promise<string> => {
  const dir = join(temporaryFolder(), 'state')
  await (await opened(dir)).close()
  renameSync(join(dir, 'lock', 'free'), join(dir, 'lock', typeof holder === 'string' ? holder : tokenOf(holder)))
  return dir
}

describe('runs at once', () => {
  it('ten processes count to the exact sum', async () => {
    const dir = join(temporaryFolder(), 'state')
    const workers = Array.from({ length: 10 }, () => startWorker(['count', dir, '12']))
    expect(await Promise.all(workers.map((worker) => worker.end()))).toEqual(workers.map(() => 0))
    const { meta, segments } = await contentOf(await opened(dir))
    expect(meta).toEqual({ counter: 120 })
    expect(Object.values(segments).reduce((sum: number, segment) => sum + (segment as { sum: number }).sum, 0)).toBe(120)
    expect(readdirSync(dir).filter((entry) => entry.endsWith('.sock') || entry.endsWith('.tmp')).length).toBeLessThanOrEqual(1) // the one that is open here
  })

  it('the second waits, hears of the first, and gets it when that ends', async () => {
    const dir = join(temporaryFolder(), 'state')
    const first = startWorker(['hold', dir])
    expect(await first.next()).toBe('held')
    const second = startWorker(['hold', dir])
    expect(await second.next()).toBe(`waits for ${first.child.pid}`)
    expect(await first.end()).toBe(0)
    expect(await second.next()).toBe('held')
    expect(await second.end()).toBe(0)
    expect(second.lines).toEqual([`waits for ${first.child.pid}`, 'held'])
    expect(tokensOf(dir)).toEqual(['free'])
  })

  it('the second waits, and gets it when the first is killed', async () => {
    const dir = join(temporaryFolder(), 'state')
    const first = startWorker(['hold', dir])
    await first.next()
    const second = startWorker(['hold', dir])
    await second.next()
    await first.kill()
    expect(await second.next()).toBe('held')
  })

  it('waits no longer than told, and says who has it', async () => {
    const dir = join(temporaryFolder(), 'state')
    const first = startWorker(['hold', dir])
    await first.next()
    const heard: Holder[] = []
    const wait = { atMostMs: 20, everyMs: 5 }
    await expect(openState(dir, { ...OPTIONS, wait, onWait: (holder) => heard.push(holder) })).rejects.toThrow(new RegExp(`in use by process ${first.child.pid} on .* since 20.*Z; waited 0\\.02 s\\. Run again when it has ended`))
    expect(heard.map(({ pid }) => pid)).toEqual([first.child.pid])
    expect((await lockHolder(dir))?.pid).toBe(first.child.pid)
  })

  it('a wait that is called off ends', async () => {
    const dir = join(temporaryFolder(), 'state')
    await opened(dir)
    const controller = new AbortController()
    const wait = { atMostMs: 60_000, everyMs: 60_000 }
    await expect(openState(dir, { ...OPTIONS, wait, signal: controller.signal, onWait: () => setImmediate(() => controller.abort(new Error('called off'))) })).rejects.toThrow('called off')
    await expect(openState(dir, { ...OPTIONS, signal: controller.signal })).rejects.toThrow('called off')
  })

  it('one that lost its lock by hand keeps nothing', async () => {
    const dir = join(temporaryFolder(), 'state')
    const state = await opened(dir)
    rmSync(join(dir, 'lock'), { recursive: true })
    const other = await opened(dir)
    await expect(state.commit({ meta: 1, remove: [] })).rejects.toThrow(/its lock was taken away/)
    await state.close()
    expect(tokensOf(dir)).toHaveLength(1)
    await other.commit({ meta: 2, remove: [] })
    await other.close()
    expect((await opened(dir)).meta).toBe(2)
  })
})

describe('a dead holder', () => {
  it('newcomers at once: one after the other is alone, each time', async () => {
    const dir = await heldBy({ ...self, pid: deadPid() })
    const room = temporaryFolder()
    const workers = Array.from({ length: 4 }, () => startWorker(['turns', dir, room]))
    for (const worker of workers) expect(await worker.next()).toBe('ready')
    const turns = Number(process.env['TURNS'] ?? 60)
    const pid = deadPid()
    for (let turn = 0; turn < turns; turn++) {
      if (turn > 0) renameSync(join(dir, 'lock', 'free'), join(dir, 'lock', tokenOf({ ...thisProcess({ nowMs: NOW_MS }), pid })))
      for (const worker of workers) worker.child.stdin!.write(`${turn}\n`)
      expect(await Promise.all(workers.map((worker) => worker.next()))).toEqual(workers.map(() => `${turn} alone`))
      await released(dir)
    }
    expect((await opened(dir)).meta).toEqual({ turns: turns * workers.length })
  })

  it('newcomers at once find no lock at all: one makes it', async () => {
    const room = temporaryFolder()
    const dir = join(room, 'state')
    const workers = Array.from({ length: 4 }, () => startWorker(['turns', dir, room]))
    for (const worker of workers) expect(await worker.next()).toBe('ready')
    for (let turn = 0; turn < 30; turn++) {
      for (const worker of workers) worker.child.stdin!.write(`${turn}\n`)
      expect(await Promise.all(workers.map((worker) => worker.next()))).toEqual(workers.map(() => `${turn} alone`))
      await released(dir)
      rmSync(dir, { recursive: true })
    }
  })

  it('two tokens, as after a backup was unpacked over it, become one', async () => {
    const dir = await heldBy({ ...self, pid: deadPid() })
    writeFileSync(join(dir, 'lock', 'free'), '')
    writeFileSync(join(dir, 'lock', tokenOf({ ...self, pid: deadPid(), nonce: '0'.repeat(16) })), '')
    const room = temporaryFolder()
    const workers = Array.from({ length: 4 }, () => startWorker(['turns', dir, room]))
    for (const worker of workers) await worker.next()
    for (const worker of workers) worker.child.stdin!.write('1\n')
    expect(await Promise.all(workers.map((worker) => worker.next()))).toEqual(workers.map(() => '1 alone'))
    await released(dir)
    expect(tokensOf(dir)).toEqual(['free'])
  })

  it('a free token beside that of a living holder gives no second lock', async () => {
    const dir = join(temporaryFolder(), 'state')
    const state = await opened(dir)
    writeFileSync(join(dir, 'lock', 'free'), '')
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/in use by process/)
    expect(tokensOf(dir)).toHaveLength(1)
    await state.commit({ meta: 1, remove: [] })
  })
})

/** The word of a worker comes before it closes. */
const released = async (dir: string): Promise<void> => {
  await (await openState(dir, { ...OPTIONS, wait: { atMostMs: 60_000, everyMs: 1 } })).close()
  while (tokensOf(dir)[0] !== 'free') await new Promise((resolve) => setImmediate(resolve))
}

describe('who counts as dead', () => {
  const other = { bootId: '00000000-0000-0000-0000-000000000000', namespaces: '1-1', pid: deadPid() }
  const LOCAL: [string, Partial<Holder>, Life][] = [
    ['this process', {}, 'alive'],
    ['a pid that is not there', { pid: other.pid }, 'dead'],
    ['a pid that is another process by now', { startTicks: self.startTicks + 1 }, 'dead'],
    ['the first process of the machine', { pid: 1, startTicks: statOf(1)?.startTicks ?? 0 }, 'alive'],
    ['another boot of another host, of which no socket tells', { bootId: other.bootId, host: 'other' }, 'unknown'],
    ['another container, of which no socket tells', { namespaces: other.namespaces, pid: other.pid }, 'unknown'],
    ['another container, same pid as ours', { namespaces: other.namespaces }, 'unknown'],
    ['a host without /proc', { bootId: '0', startTicks: 0, namespaces: '0-0', pid: other.pid }, 'unknown'],
  ]

  it.each(LOCAL)('%s', async (_, differences, life) => {
    const folder = temporaryFolder()
    expect(await lifeOf({ ...self, ...differences }, { self, folder })).toBe(life)
  })

  it('without /proc, the pid alone says it', async () => {
    const here = { ...self, bootId: '0', startTicks: 0, namespaces: '0-0' }
    const folder = temporaryFolder()
    expect(await lifeOf(here, { self: here, folder })).toBe('alive')
    expect(await lifeOf({ ...here, pid: other.pid }, { self: here, folder })).toBe('dead')
    expect(await lifeOf({ ...here, pid: other.pid, host: 'other' }, { self: here, folder })).toBe('unknown')
  })

  it('on a file system that others may have mounted, another host is not', async () => {
    const folder = '/proc' // any that is not known to be of this kernel alone
    expect(statfsSync(folder).type).toBe(0x9fa0)
    const known = { ...self, machine: '0123abcd' }
    expect(await lifeOf({ ...known, bootId: other.bootId, host: 'other' }, { self: known, folder })).toBe('unknown')
    expect(await lifeOf({ ...known, bootId: other.bootId, machine: 'ffffffff' }, { self: known, folder })).toBe('unknown')
    expect(await lifeOf({ ...known, bootId: other.bootId, machine: '0' }, { self: { ...known, machine: '0' }, folder })).toBe('unknown')
    expect(await lifeOf({ ...known, bootId: other.bootId }, { self: known, folder })).toBe('dead')
    expect(await lifeOf({ ...known, namespaces: '1-1' }, { self: known, folder })).toBe('unknown')
    expect(await lifeOf({ ...known, pid: other.pid }, { self: known, folder })).toBe('dead')
  })

  it('this machine before it was booted, though its socket did not come back from a backup', async () => {
    const known = { ...self, machine: '0123abcd' }
    expect(await lifeOf({ ...known, bootId: other.bootId }, { self: known, folder: temporaryFolder() })).toBe('dead')
  })

  it.each([
    ['in another container', { namespaces: '1-1' }],
    ['before a boot', { bootId: other.bootId }],
    ['in a container with a boot id of its own', { bootId: other.bootId, namespaces: '1-1', host: 'container' }],
  ] as [string, Partial<Holder>][])('%s the socket says it', async (_, differences) => {
    const folder = temporaryFolder()
    const holder = { ...self, ...differences }
    const path = join(folder, `lock.${holder.nonce}.sock`)
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(path, resolve))
    onTestFinished(() => void server.close())
    expect(await lifeOf(holder, { self, folder })).toBe('alive')
    renameSync(path, `${path}.kept`) // closing removes it; a killed process leaves it
    server.close()
    renameSync(`${path}.kept`, path)
    expect(await lifeOf(holder, { self, folder })).toBe('dead')
  })

  it('a state that was left locked before a boot is opened again', async () => {
    const dir = join(temporaryFolder(), 'state')
    const worker = startWorker(['hold', dir])
    await worker.next()
    await worker.kill()
    const holder = (await lockHolder(dir))!
    renameSync(join(dir, 'lock', tokenOf(holder)), join(dir, 'lock', tokenOf({ ...holder, bootId: other.bootId, pid: process.pid, startTicks: self.startTicks, host: 'renamed-since' })))
    await (await opened(dir)).close()
    expect(readdirSync(dir).sort()).toEqual(['lock', 'segments', 'state.json'])
  })

  it('one of which it cannot be told is waited for, and the message says how to remove its lock', async () => {
    const dir = await heldBy({ ...self, namespaces: '1-1', host: 'web2' })
    const before = tokensOf(dir)
    await expect(openState(dir, OPTIONS)).rejects.toThrow(`process ${process.pid} on web2 since 2026-11-21T06:00:00.000Z; waited 0 s. Whether it still runs cannot be seen from here (another host, container or user). When it does not, remove its lock: rm -r '${dir}/lock'`)
    expect(tokensOf(dir)).toEqual(before)
    expect(spawnSync('sh', ['-c', `rm -r '${dir}/lock'`]).status).toBe(0)
    expect((await opened(dir)).meta).toBe(undefined)
  })

  it.each(['held.by-a-newer-version', 'held.1.2.3-4.x.5.y.z.host', 'held.'])('a token that is not known is not taken: %s', async (token) => {
    const dir = await heldBy(token)
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/no lock that this wslog knows; nothing was changed.*rm -r/)
    expect(tokensOf(dir)).toEqual([token])
  })

  it('a folder of the lock with other things in it is not taken', async () => {
    const dir = temporaryFolder()
    mkdirSync(join(dir, 'lock'))
    writeFileSync(join(dir, 'lock', 'pid'), '1')
    await expect(takeLock(dir, OPTIONS)).rejects.toThrow(/no lock that this wslog knows/)
    expect(readdirSync(dir, { recursive: true }).sort()).toEqual(['lock', 'lock/pid'])
  })
})

const canUnshare = mayHaveProcesses()

describe.skipIf(!canUnshare)('a process in a container of its own', () => {
  it.each([[['--mount-proc']], [[]]])('lives until it is killed (unshare %j)', async (args) => {
    const dir = join(temporaryFolder(), 'state')
    const holder = startWorker(['hold', dir], ['unshare', '-rpf', '--kill-child', ...args])
    expect(await holder.next()).toBe('held')
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/in use by process 1 on .*Run again when it has ended/)
    const neighbour = startWorker(['hold', dir], ['unshare', '-rpf', '--kill-child', ...args])
    expect(await neighbour.next()).toBe('waits for 1')
    await holder.kill()
    expect(await neighbour.next()).toBe('held')
    await expect(openState(dir, OPTIONS)).rejects.toThrow(/in use by process 1 on/)
    await neighbour.kill()
    await (await openState(dir, { ...OPTIONS, wait: { atMostMs: 60_000, everyMs: 1 } })).close()
    expect(readdirSync(dir).sort()).toEqual(['lock', 'segments', 'state.json'])
  })
})

describe.skipIf(!canUnshare)('two processes in a container whose /proc is that of the host', () => {
  it('do not take other processes for each other', async () => {
    const dir = join(temporaryFolder(), 'state')
    const both = startWorker(['hold', dir], ['unshare', '-rpf', '--kill-child', 'bash', '-c', 'exec 3<&0; "$@" <&3 & "$@" <&3 & wait', 'bash'])
    expect([await both.next(), await both.next()].sort()).toEqual(['held', expect.stringMatching(/^waits for \d$/)])
    expect(await both.end()).toBe(0)
    expect(both.lines).toHaveLength(3)
    expect(tokensOf(dir)).toEqual(['free'])
  })
})

it('a token says all of its holder, whatever the host is called', () => {
  expect(holderOf(tokenOf(self))).toEqual(self)
  expect(tokenOf({ ...self, host: 'x'.repeat(64), pid: 4_194_304 }).length).toBeLessThan(255)
  expect(self).toMatchObject({ pid: process.pid, sinceMs: NOW_MS })
  expect(self.startTicks).toBeGreaterThan(0)
})
