import { readdir, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { segmentFiles } from './folder.ts'
import { removeDeafSocket } from './life-socket.ts'
import type { Manifest } from './manifest.ts'
import { isLockDraft, isManifestDraft, isSocket, SEGMENTS } from './names.ts'

/**
 * Removes what a dead run left: segments that the manifest does not name, drafts, sockets. Only who holds the lock may do it, since a living run's
 * segments are not named yet. Nothing that has no name of ours is touched. What cannot be removed does no harm: it is tried again next time.
 */
export const removeLeftovers = async (folder: string, { segments }: Manifest): Promise<void> => {
  const named = new Set([...segments.values()].map(({ file }) => file))
  await removeSegments(folder, (await segmentFiles(folder)).filter((file) => !named.has(file)))
  for (const entry of await readdir(folder)) {
    const path = join(folder, entry)
    if (isManifestDraft(entry)) await unlink(path).catch(() => {})
    else if (isLockDraft(entry)) await rm(path, { recursive: true, force: true }).catch(() => {})
    else if (isSocket(entry)) await removeDeafSocket(path).catch(() => {})
  }
}

/** Removes files of segments that nothing names any more. */
export const removeSegments = async (folder: string, files: readonly string[]): Promise<void> => {
  await Promise.all(files.map((file) => unlink(join(folder, SEGMENTS, file)).catch(() => {})))
}
