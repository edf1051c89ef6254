import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { LEVELS, type Confusion, type Level } from './nginx/confusion.ts'
import type { Cause } from './nginx/farm-options.ts'
import { compareLevels, WANTED } from './nginx/said.ts'

const FARM = fileURLToPath(new URL('real-logs/farm/', import.meta.url))

describe('the farm of real logs, and what wslog says of it', () => {
  let byLevel: Record<Level, Confusion>
  beforeAll(async () => {
    const { _events: _, ...rows } = JSON.parse(readFileSync(`${FARM}truth.json`, 'utf8')) as Record<string, { cause: Cause }>
    const truth = new Map(Object.entries(rows).map(([id, { cause }]) => [id, cause]))
    const compared = await compareLevels(truth, { rich: `${FARM}ws_rich.log`, ws: `${FARM}ws_access.log`, infoErrors: `${FARM}error_info.log`, warnErrors: `${FARM}error_warn.log` })
    byLevel = compared.byLevel
    process.stdout.write(`\n${compared.text}\n\n`)
  })

  it.each(LEVELS)('%s: nearly always true, and a fault only where there was one', (level) => {
    const { exactShare, faultPrecision, strangers, twice } = byLevel[level]
    expect({ strangers, twice }).toEqual({ strangers: 0, twice: 0 })
    expect(exactShare).toBeGreaterThanOrEqual(WANTED[level].exact)
    expect(faultPrecision).toBeGreaterThanOrEqual(WANTED[level].precision)
  })
})
