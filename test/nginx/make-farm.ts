/**
 * Makes a farm to tune against, of other timeouts and another mixture at every seed:
 * npx tsx test/nginx/make-farm.ts --seed 7 --out DIR [--set '{"seconds":60}']
 */
import { mkdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { Seeded } from '../helpers/seeded.ts'
import { checkFarm } from './farm-check.ts'
import { runFarm } from './farm.ts'
import { DEFAULT_FARM, type FarmOptions } from './farm-options.ts'
import { installNginx } from './nginx.ts'

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' }, out: { type: 'string' }, set: { type: 'string', default: '{}' }, nginx: { type: 'string' } } })
if (values.out === undefined) throw new Error('--out DIR is missing')

const seed = Number(values.seed)
const random = new Seeded(seed * 7919)
const seconds = random.int(60, 90)
const shutdownTimeout = random.int(1, 5)
const hasReload = random.next() < 0.7
const shuffled = Object.fromEntries(Object.entries(DEFAULT_FARM.counts).map(([cause, count]) => [cause, Math.round(count * (0.4 + 1.6 * random.next()))]))
const options: FarmOptions = {
  ...DEFAULT_FARM,
  seed,
  seconds,
  readTimeout: random.int(6, 25),
  edgeIdle: random.int(4, 35) + 0.5,
  edgeJitter: random.pick([0.005, 0.02, 0.1]),
  upstreamIdle: random.int(5, 20) + 0.25,
  lifetime: random.int(8, 40),
  shutdownTimeout,
  reloads: hasReload ? [random.next() < 0.5 ? seconds - shutdownTimeout - 1 : Math.round(seconds * 0.6)] : [],
  vanishAt: Math.round(seconds * (0.2 + 0.5 * random.next())),
  kills: [Math.round(seconds * (0.3 + 0.2 * random.next()))],
  counts: shuffled,
  handshakesEach: random.int(2, 7),
  ...(JSON.parse(values.set) as Partial<FarmOptions>),
}

const nginx = values.nginx ?? installNginx() ?? fail('no nginx on this machine')
mkdirSync(values.out, { recursive: true })
const { visits, surprises, logs } = await runFarm({ nginx, folder: resolve(values.out), options })
const read = (path: string): string => readFileSync(path, 'latin1')
const complaints = [...surprises, ...checkFarm(visits, { rich: read(logs.rich), ws: read(logs.ws), info: read(logs.infoErrors), warn: read(logs.warnErrors) })]
process.stdout.write(`${visits.length} visits in ${values.out}, ${complaints.length} complaints\n${complaints.map((line) => `  ${line}\n`).join('')}`)

function fail(message: string): never {
  throw new Error(message)
}
