import { spawnSync } from 'node:child_process'

// mawk knows no --version, and starts all the same.
const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined

/** Installs a program of the distribution where that is allowed (Debian and its kin, as root); undefined, and said aloud, where it cannot be had. */
export const installProgram = (program: string, { package: name }: { package: string }): string | undefined => {
  if (isThere(program)) return program
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' } // installing must not start a server
    const install = (): boolean => spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', name], { env, stdio: ['ignore', 2, 2] }).status === 0
    if (!install()) {
      spawnSync('apt-get', ['update', '-q'], { env, stdio: ['ignore', 2, 2] })
      install()
    }
    if (isThere(program)) return program
  }
  process.stderr.write(`\nNo ${program}, and it cannot be installed here: what needs it is left out. With Debian: apt-get install ${name}\n\n`)
  return undefined
}
