import { unlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { bySocket, MAX_SOCKET_PATH } from './liveness.ts'

/** A socket that shows to other containers that this process lives, until it is closed or the process ends. */
export interface LifeSocket {
  close(): void
}

/** undefined: the file system cannot hold one, or the path is too long; then other containers cannot tell. */
export const listenForLife = (path: string): Promise<LifeSocket | undefined> =>
  new Promise((resolve) => {
    if (Buffer.byteLength(path) > MAX_SOCKET_PATH) {
      resolve(undefined)
      return
    }
    const server = createServer((socket) => socket.destroy())
    server.unref()
    server.on('error', () => resolve(undefined))
    server.listen(path, () => resolve({ close: () => server.close() })) // closing removes the file
  })

/** Removes the socket of a process that is gone; that of a living one stays. */
export const removeDeafSocket = async (path: string): Promise<void> => {
  if ((await bySocket(path)) === 'dead') unlinkSync(path)
}
