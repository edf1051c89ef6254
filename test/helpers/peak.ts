import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Run, wslog } from './cli.ts'
import { temporaryFolder } from './folder.ts'

/** Loaded into the program before it starts; says at its end how much memory it had at most, all its threads together. */
const WITNESS = `import { writeFileSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
if (isMainThread) process.on('exit', () => writeFileSync(process.env.PEAK_FILE, String(process.resourceUsage().maxRSS)))
`

/** A peak of memory in MB, known once the program is over, and what its environment needs for that. */
export const peakMeter = (): { readonly env: NodeJS.ProcessEnv; readonly megabytes: () => number } => {
  const folder = temporaryFolder()
  const [witness, file] = [join(folder, 'witness.mjs'), join(folder, 'peak')]
  writeFileSync(witness, WITNESS)
  return { env: { NODE_OPTIONS: `--import=file://${witness}`, PEAK_FILE: file }, megabytes: () => Number(readFileSync(file, 'utf8')) / 1000 }
}

/** {@link wslog}, and the most memory that it had, MB. */
export const wslogWithPeak = async (args: readonly string[], options: { readonly cwd?: string } = {}): Promise<Run & { readonly peakMegabytes: number }> => {
  const meter = peakMeter()
  const run = await wslog(args, { ...options, env: meter.env })
  return { ...run, peakMegabytes: meter.megabytes() }
}
