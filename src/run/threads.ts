import { Worker } from 'node:worker_threads'
import { Summary } from '../aggregate/summary.ts'
import type { ReadOptions } from '../input/source.ts'
import { BlockPlayer } from '../session/block-player.ts'
import type { HandshakeBlock } from '../session/handshake-block.ts'
import type { Part, PartResult, PartsRead, Reading } from './read-parts.ts'
import { Remembering } from './remembering.ts'
import { keepHeapSmallStill } from './heap.ts'

/** What the other thread has to do. */
export interface Task {
  readonly parts: readonly Part[]
  readonly reading: Reading
}

/** What it says: a block of what it has read, and at last what the parts came to. */
export type Said = HandshakeBlock | { readonly results: PartResult[] }

/** What it hears: a block was taken, here is its buffer; or nobody needs the rest. */
export type Heard = { readonly free: ArrayBuffer } | 'abort'

/** Young objects: the other thread keeps few, and room for them is room in memory. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 }

/**
 * Reads parts in another thread, up to what each line tells of, and adds that up in this one: half of the work each.
 * This thread is told of every line in the order in which the other reads them, so the summary is the one that reading here would give,
 * to the byte. (Summaries of halves of a log would be merged: beyond their capacities another, if equally good, result.)
 * Undefined: there is no second thread to be had, by some limit of this process.
 */
export const readInThread = async (parts: readonly Part[], reading: Reading, { onRead, signal }: ReadOptions): Promise<PartsRead | undefined> => {
  const summary = reading.isForPatterns ? Summary.ofStretch() : new Summary()
  const remembering = reading.isRemembered ? new Remembering(summary) : undefined
  const player = new BlockPlayer(remembering ?? summary)
  const worker = startWorker({ parts: parts.map(toPlainData), reading })
  if (worker === undefined) return undefined
  worker.once('online', keepHeapSmallStill)
  const say = (heard: Heard, transferred: readonly ArrayBuffer[] = []): void => worker.postMessage(heard, transferred)
  const abort = (): void => say('abort')
  signal.addEventListener('abort', abort)
  if (signal.aborted) abort()
  try {
    let hasBegun = false
    const results = await new Promise<PartResult[] | undefined>((resolve, reject) => {
      worker.on('message', (said: Said) => {
        hasBegun = true
        if ('results' in said) {
          resolve(said.results)
          return
        }
        if (said.startsLog) summary.moments.startLog()
        player.play(said)
        if (said.bytes > 0) onRead(said.bytes)
        say({ free: said.buffer }, [said.buffer])
      })
      worker.on('error', (error) => (hasBegun ? reject(error) : resolve(undefined)))
      // After the results this changes nothing.
      worker.on('exit', (code) => reject(new Error(`the reading thread ended with ${code}`)))
    })
    return results === undefined ? undefined : { summary, remembering, results }
  } finally {
    signal.removeEventListener('abort', abort)
    await worker.terminate()
  }
}

const startWorker = (task: Task): Worker | undefined => {
  try {
    return new Worker(new URL('reading-thread.js', import.meta.url), { workerData: task, resourceLimits: RESOURCE_LIMITS })
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_WORKER_INIT_FAILED') return undefined
    throw error
  }
}

/** Functions do not go to another thread: of a source only its file does. */
const toPlainData = (part: Part): Part => ('read' in part.source ? { ...part, source: part.source.part! } : part)
