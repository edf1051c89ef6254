import { statfsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { type Holder, statOf } from './lock-token.ts'
import { socketName } from './names.ts'
import { errnoOf } from './state-error.ts'

/** `unknown`: it cannot be told from here, so it counts as alive. */
export type Life = 'alive' | 'dead' | 'unknown'

/** File systems that one kernel alone has mounted (statfs(2)): ext2-4, XFS, Btrfs, F2FS, ZFS, bcachefs, tmpfs, ramfs, overlay. */
const LOCAL = new Set([0xef53, 0x5846_5342, 0x9123_683e, 0xf2f5_2010, 0x2fc1_2fc1, 0xca45_1a4e, 0x0102_1994, 0x8584_58f6, 0x794c_7630])

/**
 * Whether the holder of a lock in this folder still runs.
 *
 * - The same kernel and the same namespaces: the pid and its start say it, exactly.
 * - Other namespaces (a container): the pid means nothing here. The socket that it keeps open in the folder says it: the kernel closes it with the
 *   process, and then refuses to connect. That holds where no other kernel can have the folder mounted.
 * - Another run of a kernel: most often a reboot, but systemd-nspawn gives each container a boot id of its own, so the socket is asked too. When it says
 *   nothing (a shared file system, or the folder came back from a backup without it), the same machine is known to have been booted anew; any other
 *   may be alive.
 * - No /proc (macOS): the pid alone, on a host of the same name.
 */
export const lifeOf = async (holder: Holder, { self, folder }: { readonly self: Holder; readonly folder: string }): Promise<Life> => {
  const isLocal = LOCAL.has(typeOf(folder))
  if (holder.bootId === '0' || self.bootId === '0') return holder.bootId === self.bootId && holder.host === self.host ? byPid(holder) : 'unknown'
  const isSameBoot = holder.bootId === self.bootId
  if (isSameBoot && holder.namespaces === self.namespaces && !holder.namespaces.startsWith('0-')) return byPid(holder)
  const life = isLocal ? await bySocket(join(folder, socketName(holder.nonce))) : 'unknown'
  return life === 'unknown' && !isSameBoot && isSameHost(holder, self) ? 'dead' : life
}

const isSameHost = (one: Holder, other: Holder): boolean => one.host === other.host && one.machine === other.machine && one.machine !== '0'

const byPid = ({ pid, startTicks }: Holder): Life => {
  const stat = statOf(pid)
  if (stat !== undefined && startTicks !== 0) return stat.startTicks !== startTicks || stat.state === 'Z' || stat.state === 'X' ? 'dead' : 'alive'
  // Not seen in /proc is not yet dead: hidepid hides the processes of others.
  try {
    process.kill(pid, 0)
    return 'alive'
  } catch (error) {
    return errnoOf(error) === 'ESRCH' ? 'dead' : 'unknown'
  }
}

/** Who listens is alive, however busy. A socket that is not there says nothing: not every file system can hold one. */
export const bySocket = (path: string): Promise<Life> =>
  new Promise((resolve) => {
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
      resolve('unknown')
      return
    }
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve('alive')
    })
    socket.on('error', (error) => resolve(errnoOf(error) === 'ECONNREFUSED' ? 'dead' : 'unknown'))
  })

/** unix(7): 108 bytes with the zero at the end. */
export const MAX_SOCKET_PATH = 107

const typeOf = (folder: string): number => {
  try {
    return statfsSync(folder).type
  } catch {
    return 0
  }
}
