/**
 * npm run fuzz: tries every target with seeds that go on and on, in turn, until WSLOG_FUZZ_SECONDS are over (60 when not set) or a promise
 * is broken. WSLOG_FUZZ_SEED begins at a seed (it is taken from the clock, and printed, when not set); WSLOG_FUZZ_TARGET tries one target.
 * Both together, without seconds, try that one case again.
 */
import { againWith, Fault, hunt } from './hunt.ts'
import { targets } from './targets.ts'
import { Watchdog } from './watchdog.ts'

/** Cases of a target before it is the next one's turn. */
const ROUND_SHARE = 20

const { WSLOG_FUZZ_SECONDS: seconds, WSLOG_FUZZ_SEED: seed, WSLOG_FUZZ_TARGET: name } = process.env
const now = (): number => Date.now()
const chosen = targets.filter((target) => name === undefined || target.name === name)
if (chosen.length === 0) throw new Error(`WSLOG_FUZZ_TARGET=${name}: none of ${targets.map((target) => target.name).join(', ')}`)
const isOneCase = seed !== undefined && name !== undefined && seconds === undefined
const rounds = isOneCase ? 1 : Number.POSITIVE_INFINITY
const firstSeed = seed === undefined ? now() % 2 ** 31 : Number(seed)
const untilMs = now() + Number(seconds ?? 60) * 1000
const watchdog = new Watchdog(targets.map((target) => target.name), againWith('<target>', '<seed>'))
const told = new Map(chosen.map((target) => [target.name, { cases: 0, slowest: { seed: 0, ms: 0 } }]))

process.stdout.write(`seeds from ${firstSeed}\n`)
try {
  for (let round = 0; round < rounds && now() < untilMs; round++) {
    for (const target of chosen) {
      const cases = isOneCase ? 1 : Math.ceil(target.cases / ROUND_SHARE)
      const tried = await hunt(target, { fromSeed: firstSeed + round * cases, cases, untilMs, watchdog, now })
      const total = told.get(target.name)!
      total.cases += tried.cases
      if (tried.slowest.ms > total.slowest.ms) total.slowest = tried.slowest
    }
  }
} catch (error) {
  if (!(error instanceof Fault)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
for (const [target, { cases, slowest }] of told) process.stdout.write(`${target}: ${cases} cases, the slowest ${slowest.ms} ms (seed ${slowest.seed})\n`)
await watchdog.close()
