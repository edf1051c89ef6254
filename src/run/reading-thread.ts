import { parentPort } from 'node:worker_threads'
import { BlockWriter } from '../session/block-writer.ts'
import { BLOCK_BYTES } from '../session/handshake-block.ts'
import { readParts } from './read-parts.ts'
import type { Heard, Said, Task } from './threads.ts'

/** Blocks on their way to the other thread, 0.3 MB each: it begins slowly, while its code is compiled. */
const MAX_AWAY = 12

// What the other thread runs: see `ReadingThread`.
const port = parentPort!
const interrupt = new AbortController()
const free: ArrayBuffer[] = []
let away = 0
let onFree = (): void => {}

port.on('message', (heard: Heard) => {
  if (heard === 'abort') interrupt.abort()
  else if ('parts' in heard) void read(heard)
  else {
    free.push(heard.free)
    away--
  }
  if (away <= MAX_AWAY / 2 || interrupt.signal.aborted) onFree()
})

const say = (said: Said, transferred: readonly ArrayBuffer[] = []): void => port.postMessage(said, transferred)

const writer = new BlockWriter({
  send: (block) => {
    away++
    say(block, [block.buffer])
  },
  takeBuffer: () => free.pop() ?? new ArrayBuffer(BLOCK_BYTES),
})

/** Waits while too much is on its way. */
const beforeBlock = async (): Promise<void> => {
  if (away > MAX_AWAY && !interrupt.signal.aborted) await new Promise<void>((resolve) => (onFree = resolve))
}

const read = async ({ parts, reading }: Task): Promise<void> => {
  const { results } = await readParts(parts, reading, { consumer: writer, errors: undefined, open: undefined, onRead: (bytes) => writer.read(bytes), signal: interrupt.signal, beforeBlock })
  say({ results })
  port.close()
}
