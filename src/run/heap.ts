import { setFlagsFromString } from 'node:v8'

/** Only a program of its own may do so: who uses wslog as a library has a heap for other things, too. */
let isKept = false

/**
 * Keeps the heap near what is alive in it. Room for young objects stays at a few megabytes: what a block of lines leaves behind dies soon, and
 * 48 MB, to which it grows by default, make nothing faster. Old ones are looked through when they have grown by half, not by three times: names that were
 * let go would stand in memory for long. See {@link keepHeapSmallStill}: when a thread starts, V8 sets the first factor back to 2.
 */
export const keepHeapSmall = (): void => {
  isKept = true
  setFlagsFromString('--semi-space-growth-factor=1')
  setFlagsFromString('--heap-growing-percent=50')
}

/** As {@link keepHeapSmall}, once it was called. */
export const keepHeapSmallStill = (): void => {
  if (isKept) keepHeapSmall()
}
