import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { CpuProfile } from './stages.ts'

/** Runs Node with these arguments and a profiler in every thread, which slows it down by a tenth or so; gives what each thread did. */
export const profileOf = (args: readonly string[], { folder }: { folder: string }): CpuProfile[] => {
  const profiles = mkdtempSync(join(folder, 'profile-'))
  try {
    const { status } = spawnSync(process.execPath, ['--cpu-prof', `--cpu-prof-dir=${profiles}`, ...args], { stdio: ['ignore', 'ignore', 'inherit'] })
    if (status !== 0) throw new Error(`the profiled run ended with ${status}`)
    return readdirSync(profiles).map((file) => JSON.parse(readFileSync(join(profiles, file), 'utf8')) as CpuProfile)
  } finally {
    rmSync(profiles, { recursive: true, force: true })
  }
}
