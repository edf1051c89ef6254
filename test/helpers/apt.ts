import { spawnSync } from 'node:child_process'

/** Installs a package of the distribution where that is allowed: Debian and its kin, as root. Whether it did, its program tells. */
export const installPackage = (name: string): void => {
  if (process.getuid?.() !== 0 || spawnSync('apt-get', ['--version']).status !== 0) return
  // Installing must not start a server of the distribution's.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' }
  if (spawnSync('apt-get', ['install', '-y', '-q', name], { env, stdio: 'inherit' }).status === 0) return
  spawnSync('apt-get', ['update', '-q'], { env, stdio: 'inherit' })
  spawnSync('apt-get', ['install', '-y', '-q', name], { env, stdio: 'inherit' })
}
