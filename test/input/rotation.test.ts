import { describe, expect, it } from 'vitest'
import { join } from 'node:path'
import { temporaryFolder } from '../helpers/folder.ts'
import { followWriters, type Manner, type NumberedLines, type Writing } from './follow-writer.ts'

const WRITING = { rotations: 100, lines: 300, maxNames: 100 }

/** What is wrong: every number of every generation comes once, and in order. */
const faultsOf = (written: readonly number[], { numbers, broken }: NumberedLines): string[] => {
  const faults = broken.map((line) => `broken: ${line.slice(0, 80)}`)
  for (const [generation, count] of written.entries()) {
    const came = numbers.get(generation) ?? []
    const wrong = came.findIndex((number, index) => number !== index)
    if (wrong >= 0) faults.push(`generation ${generation}: ${came[wrong]} came as number ${wrong}`)
    if (came.length !== count) faults.push(`generation ${generation}: ${came.length} of ${count} lines`)
  }
  return faults
}

const expectAll = async (writings: readonly Writing[]): Promise<void> => {
  const { written, readers } = await followWriters(writings)
  for (const [index, reader] of readers.entries()) {
    expect(written[index]).toHaveLength(writings[index]!.rotations + 1)
    expect(faultsOf(written[index]!, reader)).toEqual([])
    expect(reader.isEnded).toBe(true)
  }
}

describe('a log that is written at full speed and rotated a hundred times comes whole, once, and in order', () => {
  it.each<[string, Manner]>([
    ['mv and create, with lines for the old file long after', 'rename'],
    ['mv and create, with nothing at the path for a while', 'gap'],
    ['copytruncate', 'copytruncate'],
    ['a symbolic link that is switched', 'symlink'],
  ])('%s', async (_, manner) => {
    for (const seed of [1, 2, 3]) await expectAll([{ ...WRITING, path: join(temporaryFolder(), 'ws.log'), manner, seed }])
  })

  // A file that is deleted before anybody opened it is gone: the writer waits for that, and for nothing else.
  it('delete and create', async () => {
    await expectAll([{ ...WRITING, path: join(temporaryFolder(), 'ws.log'), manner: 'delete', seed: 4, readerPid: process.pid }])
  })

  it('several logs at once, in one folder', async () => {
    const folder = temporaryFolder()
    await expectAll((['rename', 'gap', 'copytruncate'] as const).map((manner, seed) => ({ ...WRITING, path: join(folder, `${manner}.log`), manner, seed })))
  })
})
