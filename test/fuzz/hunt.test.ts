import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Fault, hunt, type Tried } from './hunt.ts'
import { mutated } from './mutate.ts'
import { smallerTexts } from './smaller.ts'
import { type Target, target } from './target.ts'
import { Watchdog } from './watchdog.ts'

const LINE = '203.0.113.5 - - [21/Nov/2026:00:03:32 +0000] "GET /ws HTTP/1.1" 101 4'

const planted = (check: (line: string) => string | undefined): Target => target<string>({ name: 'planted', cases: 1, make: (random) => mutated(random, LINE, LINE), check, smaller: smallerTexts })

const hunted = async (what: Target, cases = 2000): Promise<Tried> => {
  const watchdog = new Watchdog([what.name], '')
  onTestFinished(() => watchdog.close())
  return hunt(what, { fromSeed: 1, cases, untilMs: Number.POSITIVE_INFINITY, watchdog, now: () => 0 })
}

const faultOf = async (what: Target): Promise<string> => {
  const error: unknown = await hunted(what).then(() => undefined, (reason: unknown) => reason)
  if (!(error instanceof Fault)) throw new Error('no fault was found', { cause: error })
  return error.message
}

describe('a hunt', () => {
  it('finds what breaks a promise, makes it small, and says how to have it again', async () => {
    const message = await faultOf(planted((line) => (line.includes('\\"') && line.includes('101') ? 'a quote' : undefined)))
    expect(message).toMatch(/^planted, seed \d+: a quote\nwith ("(?:\\\\\\"101|101\\\\\\")")\nAgain: WSLOG_FUZZ_TARGET=planted WSLOG_FUZZ_SEED=\d+ npm run fuzz$/)
  })

  it('takes a throw for a fault', async () => {
    expect(await faultOf(planted((line) => line.includes('\0') ? (JSON.parse('null') as string).trim() : undefined))).toContain('throws TypeError: ')
  })

  it('tries the same for a seed, whatever was tried before', async () => {
    const seen: string[] = []
    await hunted(planted((line) => void seen.push(line)), 20)
    await hunted(planted((line) => void seen.push(line)), 20)
    expect(seen.slice(20)).toEqual(seen.slice(0, 20))
    expect(new Set(seen.slice(20)).size).toBeGreaterThan(15)
  })
})

it('a case that never ends is named, and ends the process', () => {
  const { signal, stderr } = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('hanging.ts', import.meta.url))], { encoding: 'utf8' })
  expect(stderr).toContain('second, seed 3000000000: hangs: no end after 0.2 s\nAgain: WSLOG_FUZZ_TARGET=second WSLOG_FUZZ_SEED=3000000000 npm run fuzz\n')
  expect(signal).toBe('SIGKILL')
})
