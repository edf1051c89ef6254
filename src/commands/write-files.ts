import { WslogError } from '../errors.ts'
import { sanitize } from '../render/sanitize.ts'
import { writeAtomically } from '../state/atomic-write.ts'
import type { Streams } from './streams.ts'

/** A file to be written; its text is made when its turn comes. */
export interface FileToWrite {
  readonly path: string
  readonly text: () => string | Promise<string>
}

/** Writes files, each whole or not at all. @returns false when one could not be written: that was said. */
export const writeFiles = async (files: Iterable<FileToWrite>, { err }: Pick<Streams, 'err'>): Promise<boolean> => {
  let isWritten = true
  for (const { path, text } of files) {
    await writeAtomically(path, await text(), { mode: undefined }).catch((error: unknown) => {
      if (!(error instanceof WslogError)) throw error
      err(`wslog: ${sanitize(error.message)}\n`)
      isWritten = false
    })
  }
  return isWritten
}
