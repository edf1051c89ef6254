import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readState } from '../../src/state/read-state.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { contentOf, opened } from './opening.ts'
import { startWorker } from './worker.ts'

/** How often a process is killed; more by hand: KILLS=2000. */
const KILLS = Number(process.env['KILLS'] ?? 40)

const spin = (us: number): void => {
  const end = performance.now() + us / 1000
  while (performance.now() < end) { /* finer than a timer */ }
}

const sumOf = ({ segments }: { readonly segments: Readonly<Record<string, unknown>> }): number =>
  Object.values(segments).reduce((sum: number, segment) => sum + (segment as { sum: number }).sum, 0)

const counterOf = (meta: unknown): number => (meta as { counter: number } | undefined)?.counter ?? 0

describe('killed at any instruction', () => {
  it('the state is the one before the commit or the one after it, whole, and what is left over goes', async () => {
    const dir = join(temporaryFolder(), 'state')
    let leftovers = 0
    let beyond = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const worker = startWorker(['loop', dir])
      const commits = kill % 5
      for (let line = 0; line <= commits; line++) expect(await worker.next()).toBeDefined()
      spin((kill * 97) % 3000)
      await worker.kill()
      const said = Number(worker.lines.at(-1))
      const files = readdirSync(join(dir, 'segments')).length + readdirSync(dir).length

      const state = await opened(dir)
      const content = await contentOf(state)
      const counter = counterOf(state.meta)
      expect(sumOf(content)).toBe(counter)
      if (!Number.isNaN(said)) expect([said, said + 1]).toContain(counter)
      if (counter > said) beyond++
      expect(readdirSync(dir).sort().filter((entry) => !entry.endsWith('.sock'))).toEqual(['lock', 'segments', 'state.json'])
      expect(readdirSync(join(dir, 'segments'))).toHaveLength(state.segments.size)
      if (files > readdirSync(join(dir, 'segments')).length + readdirSync(dir).length) leftovers++
      await state.close()
      expect(readdirSync(join(dir, 'lock'))).toEqual(['free'])
    }
    if (process.env['KILLS'] !== undefined) process.stderr.write(`${KILLS} kills: ${leftovers} left files, ${beyond} came between the commit and the word of it\n`)
    expect(leftovers).toBeGreaterThan(0)
  })

  it('in its first steps, too', async () => {
    for (let kill = 0; kill < KILLS / 2; kill++) {
      const dir = join(temporaryFolder(), 'state')
      const worker = startWorker(['loop', dir])
      // What it makes first is waited for by looking: it is gone or done a moment later.
      while (!(await exists(dir)) && worker.child.exitCode === null) { /* again */ }
      spin((kill * 331) % 6000)
      await worker.kill()
      const state = await opened(dir)
      expect(sumOf(await contentOf(state))).toBe(counterOf(state.meta))
      await state.close()
    }
  })
})

const exists = async (dir: string): Promise<boolean> => {
  await new Promise((resolve) => setImmediate(resolve))
  try {
    readdirSync(dir)
    return true
  } catch {
    return false
  }
}

describe('who only reads', () => {
  it('sees one commit as a whole while another process commits', async () => {
    const dir = join(temporaryFolder(), 'state')
    const worker = startWorker(['loop', dir])
    for (let line = 0; line < 3; line++) await worker.next()
    const seen = new Set<number>()
    let begun = 0
    while (seen.size < 100) {
      const content = await readState(dir, (view) => {
        begun++
        return contentOf(view)
      })
      expect(sumOf(content)).toBe(counterOf(content.meta))
      seen.add(counterOf(content.meta))
    }
    await worker.kill()
    expect(begun).toBeGreaterThanOrEqual(100)
  })

  it('begins anew when a segment goes before it was read', async () => {
    const dir = join(temporaryFolder(), 'state')
    const state = await opened(dir)
    const set = async (sum: number): Promise<void> => {
      await state.stage('a', { sum })
      await state.commit({ meta: { counter: sum }, remove: [] })
    }
    await set(1)
    const seen: unknown[] = []
    const content = await readState(dir, async (view) => {
      seen.push(view.meta)
      if (seen.length < 4) await set(seen.length + 1)
      return contentOf(view)
    })
    expect(seen).toEqual([{ counter: 1 }, { counter: 2 }, { counter: 3 }, { counter: 4 }])
    expect(content).toEqual({ meta: { counter: 4 }, segments: { a: { sum: 4 } } })
  })

  it('needs no lock, makes nothing, and says when there is no state', async () => {
    const folder = temporaryFolder()
    await expect(readState(folder, contentOf)).rejects.toThrow(/holds no state yet/)
    await expect(readState(join(folder, 'missing'), contentOf)).rejects.toThrow(/no such folder/)
    expect(readdirSync(folder)).toEqual([])
    const dir = join(folder, 'state')
    const state = await opened(dir)
    await state.commit({ meta: 1, remove: [] })
    const before = readdirSync(dir, { recursive: true }).sort()
    expect(await readState(dir, contentOf)).toEqual({ meta: 1, segments: {} })
    expect(readdirSync(dir, { recursive: true }).sort()).toEqual(before)
  })
})
