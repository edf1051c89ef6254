import { spawnSync } from 'node:child_process'
import { cpus, release, totalmem, type as system } from 'node:os'
import { ROOT } from './paths.ts'

/** What figures depend on beside the program. */
export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGigabytes: number
  readonly node: string
  readonly kernel: string
}

export const thisMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 1e9),
  node: process.versions.node,
  kernel: `${system()} ${release()}`,
})

/** The commit that is checked out; with `+` where src/ differs from it. */
export const thisCommit = (): string => {
  const git = (...args: string[]): string => spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' }).stdout?.trim() ?? ''
  const commit = git('rev-parse', '--short', 'HEAD')
  return commit === '' ? 'unknown' : git('status', '--porcelain', '--', 'src') === '' ? commit : `${commit}+`
}
