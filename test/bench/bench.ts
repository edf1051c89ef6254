/**
 * npm run bench [-- --size 500 --runs 5]: makes a log of that many MB (seeded, in a temporary folder) and times
 * whole processes over it in turn, on a warm cache: `wslog analyze --json`, alone and with an error log of a tenth of
 * its size, `wc -l`, and a mawk that counts statuses and minutes. Figures are medians; what counts is the ratios, since machines differ.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateErrorLog } from './generate-errors.ts'
import { generateLog } from './generate.ts'
import { measure, median } from './measure.ts'

const MAWK = String.raw`{ if (match($0, /" [0-9][0-9][0-9] /)) status[substr($0, RSTART + 2, 3)]++; if (match($0, /\[[^\]]+:[0-9][0-9]:[0-9][0-9]:/)) minute[substr($0, RSTART, RLENGTH)]++ } END { for (s in status) print s, status[s]; for (m in minute) n++; print n }`

const { values } = parseArgs({ options: { size: { type: 'string', default: '500' }, runs: { type: 'string', default: '5' } } })
const folder = mkdtempSync(join(tmpdir(), 'wslog-bench-'))
const log = join(folder, 'ws_access.log')
const errorLog = join(folder, 'ws_error.log')
try {
  const lines = generateLog(log, Number(values.size))
  await generateErrorLog(log, errorLog)
  const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))
  const contestants = [
    { name: 'wc -l', command: 'wc', args: ['-l', log] },
    { name: 'wslog analyze --json', command: process.execPath, args: [cli, 'analyze', '--json', log] },
    { name: 'wslog … -e error.log', command: process.execPath, args: [cli, 'analyze', '--json', log, '-e', errorLog] },
    { name: 'mawk', command: 'mawk', args: [MAWK, log] },
  ].filter(({ command }) => spawnSync(command, ['--version']).error === undefined)
  const results = new Map(contestants.map(({ name }) => [name, { seconds: [] as number[], peak: 0 }]))
  for (let run = 0; run <= Number(values.runs); run++) {
    for (const { name, command, args } of contestants) {
      const { seconds, peakMegabytes, code } = await measure(command, args)
      if (code !== 0) throw new Error(`${name} ended with ${code}`)
      // The first round fills the cache and does not count.
      if (run > 0) results.get(name)!.seconds.push(seconds)
      results.get(name)!.peak = Math.max(results.get(name)!.peak, peakMegabytes)
    }
  }
  const base = median(results.get('wc -l')!.seconds)
  process.stdout.write(`${values.size} MB, ${lines} lines, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim()}, median of ${values.runs}\n`)
  for (const [name, { seconds, peak }] of results) {
    const time = median(seconds)
    process.stdout.write(`${name.padEnd(22)} ${time.toFixed(3)} s  ${(time / base).toFixed(1).padStart(6)} × wc  ${(Number(values.size) / time).toFixed(0).padStart(6)} MB/s  peak ${peak.toFixed(0)} MB\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
