import { constants, open } from 'node:fs'
import { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { errnoOf } from './state-error.ts'

const openFd = promisify(open)

/** How often it is looked whether somebody reads by now. */
const RETRY_MS = 50

/**
 * Writes to a FIFO once somebody reads it. No thread waits for that, nor for a slow reader: it would keep the process from ending at a signal.
 * A reader that leaves early has had enough. Throws what the system says.
 */
export const writePipe = async (path: string, content: string): Promise<void> => {
  const socket = new Socket({ fd: await openWhenRead(path), readable: false, writable: true })
  try {
    await new Promise<void>((resolve, reject) => {
      socket.on('error', reject)
      socket.write(content, (error) => (error instanceof Error ? reject(error) : resolve()))
    })
  } catch (error) {
    if (errnoOf(error) !== 'EPIPE') throw error
  } finally {
    socket.destroy()
  }
}

const openWhenRead = async (path: string): Promise<number> => {
  for (;;) {
    try {
      return await openFd(path, constants.O_WRONLY | constants.O_NONBLOCK)
    } catch (error) {
      if (errnoOf(error) !== 'ENXIO') throw error
    }
    await sleep(RETRY_MS)
  }
}
