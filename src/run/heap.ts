import { setFlagsFromString } from 'node:v8'

/**
 * Keeps the heap near what is alive in it. Room for young objects stays at a few megabytes: what a block of lines leaves behind dies soon, and
 * 48 MB, to which it grows by default, make nothing faster. Old ones are looked through when they have grown by half, not by three times: names that were
 * let go would stand in memory for long. To be called again when a thread has started: V8 then sets the first factor back to 2.
 */
export const keepHeapSmall = (): void => {
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=50')
}
