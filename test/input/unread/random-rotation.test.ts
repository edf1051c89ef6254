import { execFileSync } from 'node:child_process'
import { appendFileSync, copyFileSync, existsSync, readFileSync, renameSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../helpers/folder.ts'
import { Seeded } from '../../helpers/seeded.ts'
import { lineOf, LogRuns } from './log-runs.ts'

const STEPS = 120
const KEPT = 60

/** A site whose log is written and rotated, in one step after the other. */
class Site {
  readonly #random: Seeded
  readonly #log: string
  readonly #name: string
  readonly #manner: string
  /** Numbers of the rotated files; a gzip file may be half written. */
  #days = 0
  #half: string | undefined
  #copied: string | undefined
  lines = 0
  /** Of the last line that was begun. */
  #rest = ''

  constructor(folder: string, name: string, random: Seeded) {
    this.#random = random
    this.#name = name
    this.#log = join(folder, name)
    this.#manner = random.pick(['rename', 'copytruncate', 'dateext'])
    writeFileSync(this.#log, '')
  }

  step(): void {
    if (this.#copied !== undefined) {
      // Between copying and truncating a writer may go on for some lines, which are lost: not here, or all would not come.
      truncateSync(this.#log, 0)
      this.#copied = undefined
      return
    }
    const chance = this.#random.next()
    if (chance < 0.55) this.#write()
    else if (chance < 0.75) this.#rotate()
    else if (chance < 0.85) this.#compress()
    else if (chance < 0.9 && this.#rest === '') copyFileSync(this.#log, `${this.#log}.bak`)
  }

  /** What is half done is done. */
  finish(): void {
    if (this.#copied !== undefined) this.step()
    this.#write()
    this.#endLine()
    this.#endCompression()
  }

  #write(): void {
    this.#endLine()
    const count = this.#random.pick([1, 3, 40, 400, 3000])
    let text = ''
    for (let index = 0; index < count; index++) text += `${lineOf(this.lines++, this.#name)}\n`
    appendFileSync(this.#log, text)
    if (this.#random.next() < 0.3) {
      const line = `${lineOf(this.lines++, this.#name)}\n`
      // Behind the number, by which a line is known that is read before it is completed.
      const cut = this.#random.int(this.#name.length + 9, line.length)
      appendFileSync(this.#log, line.slice(0, cut))
      this.#rest = line.slice(cut)
    }
  }

  #endLine(): void {
    appendFileSync(this.#log, this.#rest)
    this.#rest = ''
  }

  #rotate(): void {
    this.#endLine()
    this.#endCompression()
    if (readFileSync(this.#log).length === 0) return
    this.#days++
    if (this.#manner === 'dateext') {
      renameSync(this.#log, `${this.#log}-${20_261_100 + this.#days}`)
      writeFileSync(this.#log, '')
      return
    }
    for (let number = KEPT; number > 0; number--) {
      for (const ending of ['', '.gz']) if (existsSync(`${this.#log}.${number}${ending}`)) renameSync(`${this.#log}.${number}${ending}`, `${this.#log}.${number + 1}${ending}`)
    }
    if (this.#manner === 'rename') {
      renameSync(this.#log, `${this.#log}.1`)
      writeFileSync(this.#log, '')
    } else {
      copyFileSync(this.#log, `${this.#log}.1`)
      this.#copied = this.#log
    }
  }

  /** Of a rotated file, half at first: a run may come in between. */
  #compress(): void {
    if (this.#half !== undefined) {
      this.#endCompression()
      return
    }
    const number = this.#random.int(1, 4)
    const path = this.#manner === 'dateext' ? `${this.#log}-${20_261_100 + this.#days + 1 - number}` : `${this.#log}.${number}`
    if (!existsSync(path)) return
    const whole = gzipSync(readFileSync(path))
    writeFileSync(`${path}.gz`, whole.subarray(0, this.#random.int(0, whole.length)))
    this.#half = path
  }

  #endCompression(): void {
    if (this.#half === undefined) return
    unlinkSync(`${this.#half}.gz`)
    execFileSync('gzip', [this.#half])
    this.#half = undefined
  }
}

const numberOf = (line: string): string => /^\S+ \d{8}/.exec(line)?.[0] ?? line

it.each(Array.from({ length: 20 }, (_, seed) => seed))('every line comes once, however the logs are rotated and whenever they are read: seed %i', async (seed) => {
  const random = new Seeded(seed)
  const runs = new LogRuns(temporaryFolder())
  const names = ['ws.log', 'api.log']
  const sites = names.map((name) => new Site(runs.folder, name, random))
  const seen: string[] = []
  const notes: string[] = []
  const run = async (): Promise<void> => {
    const disturb = random.next() < 0.3 ? () => random.pick(sites).step() : () => {}
    const result = await runs.run({ whileOpen: disturb }).catch((error: Error) => {
      // A log was truncated under the reader's hands: as if the run had not been.
      expect(error.message).toMatch(/was truncated (?:or written anew )?while it was read/)
    })
    if (result === undefined) return
    expect(result.failures).toEqual([])
    seen.push(...result.lines)
    notes.push(...result.notes)
  }
  for (let step = 0; step < STEPS; step++) {
    random.pick(sites).step()
    if (random.next() < 0.3) await run()
  }
  for (const site of sites) site.finish()
  for (let last = 0; last < 2; last++) seen.push(...(await runs.run()).lines)
  const written = sites.flatMap((site, index) => Array.from({ length: site.lines }, (_, number) => lineOf(number, names[index])))
  const counts = new Map<string, number>()
  for (const line of seen) counts.set(numberOf(line), (counts.get(numberOf(line)) ?? 0) + 1)
  expect([...counts].filter(([, count]) => count > 1).slice(0, 5)).toEqual([])
  expect(written.filter((line) => !counts.has(numberOf(line))).slice(0, 5)).toEqual([])
  expect(notes).toEqual([])
})
