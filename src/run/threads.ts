import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { Summary, type SummaryJson } from '../aggregate/summary.ts'
import type { ReadOptions } from '../input/source.ts'
import { type Part, type PartResult, type Reading, readParts, type ReadPartsOptions } from './read-parts.ts'

interface Task {
  readonly parts: readonly Part[]
  readonly reading: Reading
}

type Message = { readonly read: number } | { readonly summary: SummaryJson; readonly results: PartResult[] }

/** Young objects of a worker: enough for one block's, and no more, since every thread has its own. */
const RESOURCE_LIMITS = { maxYoungGenerationSizeMb: 8 }

/**
 * Reads each list of parts in a thread of its own, the first one in this, and adds the summaries up in the
 * order of the lists: the result does not depend on which thread is faster.
 */
export const readInThreads = async (plan: readonly (readonly Part[])[], reading: Reading, options: ReadPartsOptions): Promise<{ summary: Summary; results: PartResult[] }> => {
  const [own = [], ...others] = plan
  const workers = others.map((parts) => startWorker({ parts: parts.map(toPlainData), reading }))
  const abort = (): void => workers.forEach((worker) => worker.postMessage('abort'))
  options.signal.addEventListener('abort', abort)
  if (options.signal.aborted) abort()
  try {
    const [first, ...rest] = await Promise.all([readParts(own, reading, options), ...workers.map((worker) => resultOf(worker, options.onRead))])
    for (const { summary, results } of rest) {
      first.summary.merge(Summary.fromJSON(summary))
      first.results.push(...results)
    }
    return first
  } finally {
    options.signal.removeEventListener('abort', abort)
    // Where one thread failed, the others need not go on.
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

/** Functions do not go to another thread: of a source only its file does. */
const toPlainData = (part: Part): Part => ('read' in part.source ? { ...part, source: part.source.part! } : part)

const startWorker = (task: Task): Worker => new Worker(new URL(import.meta.url), { workerData: task, resourceLimits: RESOURCE_LIMITS })

const resultOf = (worker: Worker, onRead: ReadOptions['onRead']): Promise<{ summary: SummaryJson; results: PartResult[] }> =>
  new Promise((resolve, reject) => {
    worker.on('message', (message: Message) => ('read' in message ? onRead(message.read) : resolve(message)))
    worker.on('error', reject)
    // After the result this changes nothing.
    worker.on('exit', (code) => reject(new Error(`a reading thread ended with ${code}`)))
  })

const work = async ({ parts, reading }: Task): Promise<void> => {
  const port = parentPort!
  const interrupt = new AbortController()
  port.once('message', () => interrupt.abort())
  const { summary, results } = await readParts(parts, reading, { onRead: (read) => port.postMessage({ read } satisfies Message), signal: interrupt.signal, errors: undefined, open: undefined })
  port.postMessage({ summary: summary.toJSON(), results } satisfies Message)
  port.close()
}

// This module is also what the worker runs.
if (!isMainThread && isTask(workerData)) await work(workerData)

function isTask(data: unknown): data is Task {
  return typeof data === 'object' && data !== null && 'parts' in data && 'reading' in data
}
