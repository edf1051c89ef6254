import { lstat, mkdir, readdir, realpath } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { WslogError } from '../errors.ts'
import { flushFolder, readRegular } from './disk.ts'
import { decodeManifest, type Manifest } from './manifest.ts'
import { isOurs, isSegmentFile, MANIFEST, SEGMENTS } from './names.ts'
import { gone } from './segment-file.ts'
import { damaged, errnoOf, orStateError } from './state-error.ts'

/** Far more than file offsets ever are. */
const MAX_MANIFEST_BYTES = 64 * 1024 * 1024

/**
 * The real path of a folder that is a state, or may become one: it is empty, or holds nothing but leftovers of a run that died early.
 * `isCreated`: it is made when missing, for its owner alone.
 * @throws WslogError `state`: it is not there, or holds other things
 */
export const stateFolder = (dir: string, { isCreated }: { readonly isCreated: boolean }): Promise<string> =>
  orStateError(dir, async () => {
    if (isCreated) await make(resolve(dir))
    const folder = await realpath(dir).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') throw new WslogError('state', `${dir}: there is no such folder`, { cause: error })
      throw error
    })
    const entries = await readdir(folder)
    if (entries.includes(MANIFEST)) await readManifest(folder)
    else if (!entries.every(isOurs)) {
      throw new WslogError('state', `${dir}: holds other files, such as ${entries.find((entry) => !isOurs(entry))}, and no state of wslog; nothing was changed. Name a folder of its own, empty or not there yet`)
    }
    return folder
  })

const make = async (folder: string): Promise<void> => {
  try {
    await mkdir(folder, { mode: 0o700 })
    await flushFolder(dirname(folder))
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') throw new WslogError('state', `${folder}: the folder above it does not exist; make that first`, { cause: error })
    if (errnoOf(error) === 'EACCES') throw new WslogError('state', `${folder}: cannot be made, there is no permission in the folder above it; make it for the user of this run: install -d -m 0700 -o USER ${folder}`, { cause: error })
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

/**
 * The manifest that counts now; undefined: there is none, nothing was ever kept here.
 * @throws WslogError `state`: see {@link decodeManifest}; or segments without a manifest
 */
export const readManifest = async (folder: string): Promise<Manifest | undefined> => {
  const path = join(folder, MANIFEST)
  const bytes = await orStateError(path, () => readRegular(path, MAX_MANIFEST_BYTES).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return 'missing' as const
    throw error
  }))
  if (bytes === 'missing') return undefined
  if (bytes === undefined) throw new WslogError('state', `${path}: is no regular file, or a very large one, so it is not a state of wslog; nothing was changed. Name a folder of its own`)
  return decodeManifest(bytes, path)
}

/** All files in the folder of the segments that have a name of ours. */
export const segmentFiles = async (folder: string): Promise<string[]> => {
  try {
    return (await readdir(join(folder, SEGMENTS))).filter(isSegmentFile)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/**
 * Says so when a segment that the manifest names is not there, or not as long as it says; what is in them is seen when they are read.
 * @throws SegmentGone, or another WslogError `state`
 */
export const checkSegments = async (folder: string, { segments }: Manifest): Promise<void> => {
  await Promise.all([...segments.values()].map(async ({ file, bytes }) => {
    const path = join(folder, SEGMENTS, file)
    const stats = await lstat(path).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') throw gone(path)
      throw error
    })
    if (!stats.isFile() || stats.size !== bytes) throw damaged(path, `it has ${stats.size} bytes instead of ${bytes}`)
  }))
}
