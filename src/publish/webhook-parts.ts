import { setTimeout } from 'node:timers/promises'
import type { WebhookOptions } from './webhook.ts'

/** The network, the timers and the chance of this machine. */
export const WEBHOOK_PARTS: Pick<WebhookOptions, 'fetch' | 'sleep' | 'timeout' | 'random'> = {
  fetch: globalThis.fetch,
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  timeout: (ms) => AbortSignal.timeout(ms),
  random: Math.random,
}
