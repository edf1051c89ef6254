import type { Seconds } from '../report/report.ts'

/** Ages at which products end sessions by default (src/cluster/timeouts.ts has their names and sources): sharp ones that two or more share, and 50, 75 and 100 s (HAProxy's example, Tencent CLB, Cloudflare). */
const TIMERS: readonly Seconds[] = [15, 30, 50, 55, 60, 75, 90, 100, 120, 240, 300, 350, 600, 900, 3600, 7200, 86_400]

/** A session is a little older than the timer that ends it: its handshake came first, and timers fire late. */
const LATENESS_SECONDS = 1

const ORDINARY: readonly Seconds[] = [0.1, 0.5, 1, 5, 10, 1800, 14_400]

/**
 * The upper edges of the duration histogram in metrics, seconds, ascending. Each known timer has an edge at its value and one
 * a second above, so that what ends at the timer has a bucket of its own: a session of 60.02 s lies above 60 and up to 61.
 */
export const DURATION_EDGES_SECONDS: readonly Seconds[] = [...ORDINARY, ...TIMERS.flatMap((seconds) => [seconds, seconds + LATENESS_SECONDS])].sort((a, b) => a - b)
