import { WslogError } from '../errors.ts'
import { checkSegments, readManifest, stateFolder } from './folder.ts'
import type { Manifest } from './manifest.ts'
import { readSegment, SegmentGone } from './segment-file.ts'
import { fileOf, type SegmentInfo } from './state.ts'
import { orStateError } from './state-error.ts'

/** A state as of one commit. */
export interface StateView {
  /** The real path of the folder. */
  readonly folder: string
  /** See {@link State.meta}. */
  readonly meta: unknown
  readonly segments: ReadonlyMap<string, SegmentInfo>
  readonly generation: number
  readonly committedAtMs: number
  /** See {@link State.read}. */
  read(name: string): Promise<unknown>
}

/** So often another run may commit while this one reads: each is at least one whole run of a cron job. */
const MAX_TRIES = 20

/**
 * What `use` makes of a state, without its lock: nothing is written, so the right to read is enough. All that one call of `use` sees is of one commit. When
 * another run commits and deletes a segment that was still to be read, `use` is called again with the new state, so it has to begin anew each time.
 * @throws WslogError `state`: no state, damaged, newer …; what `use` throws
 */
export const readState = async <T>(dir: string, use: (view: StateView) => Promise<T>): Promise<T> => {
  const folder = await stateFolder(dir, { isCreated: false })
  for (let tries = 1; ; tries++) {
    const manifest = await readManifest(folder)
    if (manifest === undefined) throw new WslogError('state', `${dir}: holds no state yet; it comes with the first run with --state`)
    let gone: unknown
    let result: T | undefined
    try {
      await orStateError(folder, () => checkSegments(folder, manifest))
      result = await use(viewOf(folder, { manifest, onGone: (error) => (gone = error) }))
    } catch (error) {
      if (gone === undefined && !(error instanceof SegmentGone)) throw error
      gone ??= error
    }
    if (gone === undefined) return result as T
    if (tries === MAX_TRIES || (await readManifest(folder))?.generation === manifest.generation) throw gone
  }
}

const viewOf = (folder: string, { manifest, onGone }: { readonly manifest: Manifest; readonly onGone: (error: SegmentGone) => void }): StateView => ({
  folder,
  meta: manifest.meta,
  segments: manifest.segments,
  generation: manifest.generation,
  committedAtMs: manifest.committedAtMs,
  read: async (name) => {
    try {
      return await readSegment(folder, fileOf(manifest, { name, folder }))
    } catch (error) {
      if (error instanceof SegmentGone) onGone(error)
      throw error
    }
  },
})
