import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LEVELS, type Confusion, type Level } from './confusion.ts'
import { checkFarm } from './farm-check.ts'
import { DEFAULT_FARM } from './farm-options.ts'
import { runFarm, type Farm } from './farm.ts'
import { findNginx, nginxFolder, removeFolder } from './nginx.ts'
import { compareLevels, WANTED } from './said.ts'

const nginx = findNginx()

describe.runIf(nginx !== undefined)('a farm of real traffic', () => {
  const folder = nginxFolder()
  let farm: Farm
  beforeAll(async () => {
    farm = await runFarm({ nginx: nginx!, folder, options: DEFAULT_FARM })
  }, 90_000)
  afterAll(() => removeFolder(folder))

  describe('is what it says it is', () => {
    it('everything went as planned', () => expect(farm.surprises).toEqual([]))

    it('every visit has its line in both logs, with its status, its age, and the error lines that nginx writes for its cause', () => {
      const read = (path: string): string => readFileSync(path, 'latin1')
      expect(checkFarm(farm.visits, { rich: read(farm.logs.rich), ws: read(farm.logs.ws), info: read(farm.logs.infoErrors), warn: read(farm.logs.warnErrors) })).toEqual([])
    })
  })

  describe('and wslog says of it what is true', () => {
    let byLevel: Record<Level, Confusion>
    beforeAll(async () => {
      const compared = await compareLevels(farm.truth, farm.logs)
      byLevel = compared.byLevel
      process.stdout.write(`\n${compared.text}\n\n`)
    }, 60_000)

    it.each(LEVELS)('%s: nearly always, and a fault only where there was one', (level) => {
      const { exactShare, faultPrecision, strangers, twice } = byLevel[level]
      expect({ strangers, twice }).toEqual({ strangers: 0, twice: 0 })
      expect(exactShare).toBeGreaterThanOrEqual(WANTED[level].exact)
      // In a minute so full of endings one or two end by themselves in the very second of a cut.
      expect(faultPrecision).toBeGreaterThanOrEqual(level === 'ws_plus+info' || level === 'ws+info' ? WANTED[level].precision : 0.98)
    })
  })
})
