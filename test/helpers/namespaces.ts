import { spawnSync } from 'node:child_process'

/** Whether a process may have something of its own here, as root of a namespace. Where it may not, tests are left out, and that is to be seen. */
const mayHave = (what: string, args: readonly string[]): boolean => {
  const may = spawnSync('unshare', args).status === 0
  if (!may) process.stderr.write(`\nNo ${what} for a process here: tests that need them are left out\n\n`)
  return may
}

export const mayMount = (): boolean => mayHave('mounts of its own', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt'])

export const mayMountFuse = (): boolean => mayHave('file systems made by itself (/dev/fuse)', ['-rm', 'sh', '-c', 'test -r /dev/fuse && mount -t tmpfs tmpfs /mnt'])

/** As in a container. */
export const mayHaveProcesses = (): boolean => mayHave('process numbers of its own', ['-rpf', '--mount-proc', 'true'])
