import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Waker } from '../../src/input/waker.ts'
import { temporaryFolder } from '../helpers/folder.ts'

/** Longer than a test may take: only an event can end such a wait. */
const FOREVER = 2_000_000

const wakerOf = (path: string, onChange = (): void => {}): Waker => {
  const waker = new Waker([path], onChange)
  onTestFinished(() => waker.close())
  return waker
}

describe('a wait ends', () => {
  it.each<[string, (path: string) => void]>([
    ['when the file grows', (path) => appendFileSync(path, 'a\n')],
    ['when it is renamed', (path) => renameSync(path, `${path}.1`)],
  ])('%s', async (_, change) => {
    const path = join(temporaryFolder(), 'ws.log')
    writeFileSync(path, '')
    const waker = wakerOf(path)
    const wait = waker.wait(FOREVER)
    change(path)
    await wait
  })

  it('when the file grows that a link leads to, in another folder', async () => {
    const target = join(temporaryFolder(), 'target')
    const path = join(temporaryFolder(), 'ws.log')
    writeFileSync(target, '')
    symlinkSync(target, path)
    const wait = wakerOf(path).wait(FOREVER)
    appendFileSync(target, 'a\n')
    await wait
  })

  it('when it is woken before or meanwhile, and when it is closed', async () => {
    const waker = wakerOf(join(temporaryFolder(), 'ws.log'))
    waker.wake()
    await waker.wait(FOREVER)
    const woken = waker.wait(FOREVER)
    waker.wake()
    await woken
    const closed = waker.wait(FOREVER)
    waker.close()
    await closed
  })

  it('by its time where no folder is, and then by events of the folder that came', async () => {
    const path = join(temporaryFolder(), 'later', 'ws.log')
    const waker = wakerOf(path)
    await waker.wait(1)
    mkdirSync(join(path, '..'))
    await waker.wait(1)
    const wait = waker.wait(FOREVER)
    writeFileSync(path, 'a\n')
    await wait
  })
})

it('the change is told in the event itself, of our names only', async () => {
  const folder = temporaryFolder()
  const path = join(folder, 'ws.log')
  let heard = 0
  const told = new Promise<void>((resolve) => {
    wakerOf(path, () => {
      heard++
      resolve()
    })
  })
  writeFileSync(join(folder, 'another.log'), '')
  writeFileSync(path, '')
  await told
  expect(heard).toBe(1)
})

describe('whether all changes are heard of', () => {
  it('is so in folders of this machine, and not of one that is missing', () => {
    const folder = temporaryFolder()
    expect(wakerOf(join(folder, 'ws.log')).hearsAll).toBe(true)
    expect(wakerOf(join(folder, 'none', 'ws.log')).hearsAll).toBe(false)
  })
})
