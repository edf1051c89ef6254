import { Worker } from 'node:worker_threads'
import { Summary } from '../aggregate/summary.ts'
import { WslogError } from '../errors.ts'
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

/** What it hears: what to do; a block was taken, here is its buffer; or nobody needs the rest. */
export type Heard = Task | { readonly free: ArrayBuffer } | 'abort'

/** Young objects: the other thread keeps few, and room for them is room in memory. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 4 }

/**
 * Another thread that reads parts, up to what each line tells of; this one adds that up: half of the work each.
 * This thread is told of every line in the order in which the other reads them, so the summary is the one that reading here would give,
 * to the byte. (Summaries of halves of a log would be merged: beyond their capacities another, if equally good, result.)
 */
export class ReadingThread {
  readonly #worker: Worker
  /** It could not start, or ended before it was given anything to do. */
  #isGone = false

  /** Takes a twentieth of a second, in which this thread can do something else. Undefined: there is no second thread to be had, by some limit of this process. */
  static start(): ReadingThread | undefined {
    try {
      return new ReadingThread(new Worker(new URL('reading-thread.js', import.meta.url), { resourceLimits: RESOURCE_LIMITS }))
    } catch (error) {
      if ((error as { code?: unknown }).code === 'ERR_WORKER_INIT_FAILED') return undefined
      throw error
    }
  }

  private constructor(worker: Worker) {
    this.#worker = worker
    worker.once('online', keepHeapSmallStill)
    for (const end of ['error', 'exit'] as const) worker.on(end, () => (this.#isGone = true))
    // Who never asks it to read does not wait for it.
    worker.unref()
  }

  /** To be called once. Undefined: the thread could not start. */
  async read(parts: readonly Part[], reading: Reading, { onRead, signal }: ReadOptions): Promise<PartsRead | undefined> {
    const worker = this.#worker
    const summary = reading.isForPatterns ? Summary.ofStretch() : new Summary()
    const remembering = reading.isRemembered ? new Remembering(summary) : undefined
    const player = new BlockPlayer(remembering ?? summary)
    const say = (heard: Heard, transferred: readonly ArrayBuffer[] = []): void => worker.postMessage(heard, transferred)
    const abort = (): void => say('abort')
    if (this.#isGone) return undefined
    worker.ref()
    say({ parts: parts.map(toPlainData), reading })
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
        worker.on('error', (error) => (hasBegun ? reject(isOutOfMemory(error) ? endedEarly('ran out of memory', error) : error) : resolve(undefined)))
        // After the results this changes nothing.
        worker.on('exit', (code) => (hasBegun ? reject(endedEarly(`ended with ${code}`)) : resolve(undefined)))
      })
      return results === undefined ? undefined : { summary, remembering, results }
    } finally {
      signal.removeEventListener('abort', abort)
      await worker.terminate()
    }
  }
}

const isOutOfMemory = (error: unknown): boolean => (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY'

/** The half that was added up by then cannot be told apart from what is missing. */
const endedEarly = (how: string, cause?: unknown): WslogError => new WslogError('input', `the second thread, which reads the logs, ${how} before they were read, so there is no report; give the program more memory, or --threads 1, which needs less`, { cause })

/** Functions do not go to another thread: of a source only its file does. */
const toPlainData = (part: Part): Part => ('read' in part.source ? { ...part, source: part.source.part! } : part)
