import { spawnSync } from 'node:child_process'

const isThere = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/** Installs a program of the distribution where that is allowed (Debian and its kin, as root); undefined, and said aloud, where it cannot be had. */
export const installProgram = (program: string, { package: name }: { package: string }): string | undefined => {
  if (isThere(program)) return program
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } // installing must not start a server
    const install = (): boolean => spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env, stdio: 'inherit' }).status === 0
    if (!install()) {
      spawnSync('apt-get', ['update', '-q'], { env, stdio: 'inherit' })
      install()
    }
    if (isThere(program)) return program
  }
  process.stderr.write(`\nNo ${program}, and it cannot be installed here: the tests that need it are skipped. With Debian: apt-get install ${name}\n\n`)
  return undefined
}
