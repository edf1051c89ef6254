import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { FollowedFile } from '../../src/input/followed-file.ts'
import type { BlockReader } from '../../src/input/line-blocks.ts'
import { Waker } from '../../src/input/waker.ts'

const WRITER = fileURLToPath(new URL('log-writer.mjs', import.meta.url))

export type Manner = 'rename' | 'gap' | 'copytruncate' | 'delete' | 'symlink'

export interface Writing {
  readonly path: string
  readonly manner: Manner
  readonly rotations: number
  /** Before each rotation. */
  readonly lines: number
  readonly seed: number
  /** So many rotated files are kept. */
  readonly maxNames: number
  /** The writer waits until this process has each file open before it goes on. */
  readonly readerPid?: number
}

/** Lines `generation number …` as they came. */
export class NumberedLines implements BlockReader {
  /** By generation: the numbers in order of arrival. */
  readonly numbers = new Map<number, number[]>()
  readonly broken: string[] = []
  isEnded = false

  readBlock(bytes: Buffer, from: number, to: number): void {
    for (const line of bytes.toString('latin1', from, to - 1).split('\n')) {
      const match = /^(\d+) (\d+) x*$/.exec(line)
      if (match === null) {
        this.broken.push(line)
        continue
      }
      const generation = Number(match[1])
      const numbers = this.numbers.get(generation) ?? []
      this.numbers.set(generation, numbers)
      numbers.push(Number(match[2]))
    }
  }

  readLast(bytes: Buffer): void {
    this.broken.push(bytes.toString('latin1'))
  }

  skipOverlong(): void {
    this.broken.push('overlong')
  }

  end(): void {
    this.isEnded = true
  }
}

const write = (writing: Writing): Promise<number[]> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [WRITER, JSON.stringify(writing)], { stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(JSON.parse(text) as number[]) : reject(new Error(`the writer ended with ${code}`))))
  })

/** Follows as the real loop does, while writers write and rotate; reads what is left when they have ended. */
export const followWriters = async (writings: readonly Writing[]): Promise<{ readonly written: readonly (readonly number[])[]; readonly readers: readonly NumberedLines[] }> => {
  const readers = writings.map(() => new NumberedLines())
  const logs = writings.map(({ path }, index) => new FollowedFile(path, { isFromStart: false, reader: readers[index]!, now: Date.now }))
  const waker = new Waker(writings.map(({ path }) => path), () => {
    for (const log of logs) log.look()
  })
  const over = new AbortController()
  const writers = Promise.all(writings.map(write)).finally(() => {
    over.abort()
    waker.wake()
  })
  const readAll = (): void => {
    for (const log of logs) while (log.read() > 0) { /* to the end */ }
  }
  while (!over.signal.aborted) {
    readAll()
    await waker.wait(200)
  }
  const written = await writers
  readAll()
  waker.close()
  for (const log of logs) log.close()
  return { written, readers }
}
