import { readdirSync } from 'node:fs'
import type { Family } from './family.ts'

/**
 * What operators look for of any process, under the names that all clients use. Not prom-client's default metrics: those watch
 * the event loop with a timer that fires a hundred times a second, and an idle tail is to cost nothing.
 */
export const processFamilies = (): Family[] => {
  const { user, system } = process.cpuUsage()
  return [
    { type: 'counter', name: 'process_cpu_seconds_total', help: 'User and system CPU time spent, seconds.', rows: one((user + system) / 1e6) },
    { type: 'gauge', name: 'process_resident_memory_bytes', help: 'Resident memory, bytes.', rows: one(process.memoryUsage.rss()) },
    { type: 'gauge', name: 'process_start_time_seconds', help: 'When the process started, seconds since the epoch.', rows: one(performance.timeOrigin / 1000) },
    { type: 'gauge', name: 'process_open_fds', help: 'Open file descriptors.', rows: openFiles() },
  ]
}

const one = (value: number) => [{ labels: {}, value }]

const openFiles = () => {
  try {
    return one(readdirSync('/proc/self/fd').length - 1) // one of them is that folder
  } catch {
    return [] // only Linux has it
  }
}
