import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { WslogError } from '../errors.ts'
import { type LifeSocket, listenForLife } from './life-socket.ts'
import { type Life, lifeOf } from './liveness.ts'
import { FREE, type Holder, holderOf, thisProcess, tokenOf } from './lock-token.ts'
import { LOCK, lockDraft, socketName } from './names.ts'
import { errnoOf, orStateError } from './state-error.ts'

/*
 * The lock is one empty file, the token, in a folder of its own. Who holds the lock is said by the token's name and by nothing else: `free`, or
 * `held.…` with pid, start, boot and host of the holder and sixteen random digits. To take the lock is to rename the token from the name that was
 * seen to a name of one's own; to release it is to rename it back to `free`.
 *
 * Why two never hold it:
 *
 * 1. rename(2) fails with ENOENT when the old name is gone. So of all that saw `free`, or the same dead holder, one gets the token, and the others
 *    look again. There is no moment between removing the old lock and making the new one, because nothing is removed or made.
 * 2. A name `held.…` never comes back, so a newcomer that was slow since it saw a dead holder cannot take the token from who has it by now. `free`
 *    does come back, but whoever finds it may have it.
 * 3. There is one token. It is made in a folder of its own beside the lock's, which is then renamed to the lock's name: that works only when there is
 *    none, or an empty one (rename(2): ENOTEMPTY), and the lock's folder is never empty by our doing.
 * 4. Should there be a second token all the same (a backup was unpacked over it), who takes one looks afterwards whether there is another: one that is free or
 *    of a dead is removed, before one that is held we step back. Both names were there before either looked, so not both overlook the other.
 * 5. A holder is dead only when the kernel says so (liveness.ts); else we wait.
 *
 * Killed at any instruction, the token has either name. Who removes the lock's folder by hand while someone works takes the lock from them:
 * they see it before they commit (isHeld).
 */

/** How a lock is waited for. */
export interface Waiting {
  readonly now: () => number
  /** `atMostMs` 0: not at all. `everyMs`, above 0: so often it is looked whether it is free by now. */
  readonly wait: { readonly atMostMs: number; readonly everyMs: number }
  /** Told once of each holder that is waited for. */
  readonly onWait: (holder: Holder) => void
  readonly signal: AbortSignal
}

/** A lock that this process holds. */
export interface Lock {
  /** Whether nobody took it away. */
  isHeld(): boolean
  release(): Promise<void>
}

/** A token that cannot be taken now. */
interface Held {
  readonly holder: Holder
  readonly life: Life
}

/**
 * Takes the lock of a state's folder, waiting as it is told to.
 * @throws WslogError `state`: it is held still; what the signal says when it is aborted
 */
export const takeLock = (folder: string, { now, wait, onWait, signal }: Waiting): Promise<Lock> =>
  orStateError(join(folder, LOCK), async () => {
    let waitedMs = 0
    let told: string | undefined
    for (;;) {
      signal.throwIfAborted()
      const found = await tryLock(folder, thisProcess({ nowMs: now() }))
      if ('release' in found) return found
      if (found.holder.nonce !== told) onWait(found.holder)
      told = found.holder.nonce
      if (waitedMs >= wait.atMostMs) throw held(folder, found, { waitedMs })
      const ms = Math.min(wait.everyMs, wait.atMostMs - waitedMs)
      await sleep(ms, undefined, { signal }).catch(() => signal.throwIfAborted())
      waitedMs += ms
    }
  })

/** Who holds the lock now, whether alive or not; undefined: nobody. Changes nothing. */
export const lockHolder = async (folder: string): Promise<Holder | undefined> => (await tokens(folder)).map(holderOf).find((holder) => holder !== undefined)

const tryLock = async (folder: string, self: Holder): Promise<Lock | Held> => {
  for (let missing = 0; missing < MAX_MISSING;) {
    const seen = await tokens(folder)
    const token = seen.includes(FREE) ? FREE : seen[0]
    if (token === undefined) {
      missing++
      await makeToken(folder)
      continue
    }
    const obstacle = await obstacleOf(token, { self, folder })
    if (obstacle === 'strange') break
    if (obstacle !== undefined) return obstacle
    const lock = await take(folder, { token, self })
    if (lock !== undefined) return lock
  }
  throw new WslogError('state', `${join(folder, LOCK)}: no lock that this wslog knows; nothing was changed. When no wslog uses the state, remove it: ${removal(folder)}`)
}

/** A token may be overlooked while it gets another name, but not so often: then the folder holds other things. */
const MAX_MISSING = 500

/** undefined: the token may be taken. `strange`: it is of no version known here. */
const obstacleOf = async (token: string, { self, folder }: { readonly self: Holder; readonly folder: string }): Promise<Held | 'strange' | undefined> => {
  if (token === FREE) return undefined
  const holder = holderOf(token)
  if (holder === undefined) return 'strange'
  const life = await lifeOf(holder, { self, folder })
  return life === 'dead' ? undefined : { holder, life }
}

/** undefined: someone else was faster. */
const take = async (folder: string, { token, self }: { readonly token: string; readonly self: Holder }): Promise<Lock | undefined> => {
  const socket = await listenForLife(join(folder, socketName(self.nonce))) // before the name that leads to it
  const lock = lockOf(folder, { self, socket })
  try {
    if (await renamed(join(folder, LOCK, token), join(folder, LOCK, tokenOf(self))) && (await isOnly(folder, self))) return lock
  } catch (error) {
    await lock.release()
    throw error
  }
  socket?.close()
  return undefined
}

/** See 4 above: whether ours is the only token, by now. If not, ours is gone. */
const isOnly = async (folder: string, self: Holder): Promise<boolean> => {
  const own = tokenOf(self)
  for (;;) {
    const seen = await tokens(folder)
    const other = seen.find((token) => token !== own)
    if (other === undefined) return seen.length === 1
    const isInTheWay = (await obstacleOf(other, { self, folder })) !== undefined
    await unlink(join(folder, LOCK, isInTheWay ? own : other)).catch(unlessMissing)
    if (isInTheWay) return false
  }
}

const lockOf = (folder: string, { self, socket }: { readonly self: Holder; readonly socket: LifeSocket | undefined }): Lock => {
  const path = join(folder, LOCK, tokenOf(self))
  return {
    isHeld: () => existsSync(path),
    release: async () => {
      await renamed(path, join(folder, LOCK, FREE)).catch(() => {}) // on a disk that went read-only the token is that of a dead soon
      socket?.close()
    },
  }
}

/** Other names in the folder are not ours. */
const tokens = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(join(folder, LOCK))).filter((name) => name === FREE || name.startsWith('held.'))
  } catch (error) {
    unlessMissing(error)
    return []
  }
}

/** See 3 above; who comes second finds the token of the first. */
const makeToken = async (folder: string): Promise<void> => {
  const draft = join(folder, lockDraft())
  try {
    await mkdir(draft, { mode: 0o700 })
    await writeFile(join(draft, FREE), '', { mode: 0o600 })
    await rename(draft, join(folder, LOCK))
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') unlessMissing(error) // missing: a holder took it for a leftover
  }
}

/** Whether it was there to be renamed. NFS may say that it was not when its answer was lost: then the new name is there. */
const renamed = async (from: string, to: string): Promise<boolean> => {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    unlessMissing(error)
    return existsSync(to) && !to.endsWith(`/${FREE}`)
  }
}

const unlessMissing = (error: unknown): void => {
  if (errnoOf(error) !== 'ENOENT') throw error
}

const held = (folder: string, { holder, life }: Held, { waitedMs }: { readonly waitedMs: number }): WslogError => {
  const who = `${folder}: in use by process ${holder.pid} on ${holder.host || 'a host without a name'} since ${new Date(holder.sinceMs).toISOString()}; waited ${waitedMs / 1000} s`
  const what = life === 'alive'
    ? 'Run again when it has ended, or wait longer'
    : `Whether it still runs cannot be seen from here (another host, container or user). When it does not, remove its lock: ${removal(folder)}`
  return new WslogError('state', `${who}. ${what}`)
}

const removal = (folder: string): string => `rm -r '${join(folder, LOCK).replaceAll("'", String.raw`'\''`)}'`
