import { renameSync } from 'node:fs'
import { mkdir, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { WslogError } from '../errors.ts'
import { flushFolder, writeFlushed } from './disk.ts'
import { checkSegments, readManifest, segmentFiles, stateFolder } from './folder.ts'
import { removeLeftovers, removeSegments } from './leftovers.ts'
import { type Lock, takeLock, type Waiting } from './lock.ts'
import { encodeManifest, type Manifest, type SegmentFile } from './manifest.ts'
import { isSegmentName, MANIFEST, manifestDraft, SEGMENTS } from './names.ts'
import { readSegment, writeSegment } from './segment-file.ts'
import { damaged, errnoOf, orStateError } from './state-error.ts'

export interface OpenOptions extends Waiting {
  /** The folder is made when it is missing (the one above it has to be there). */
  readonly isCreated: boolean
}

/** What a segment takes. */
export interface SegmentInfo {
  /** On disk. */
  readonly bytes: number
  /** As JSON. */
  readonly jsonBytes: number
  /** Of what is on disk, hex: another one where something changed. */
  readonly sha256: string
}

/** What is to become true in one step, together with all that is staged. */
export interface Commit {
  /** Any JSON; takes the place of the one before. */
  readonly meta: unknown
  /** Names of segments that go; names that are not there are no error, and a staged one stays. */
  readonly remove: Iterable<string>
}

/**
 * Opens a state for changing: takes its lock, looks whether it is whole, removes what a dead run left.
 * @throws WslogError `state`: in use, damaged, newer, of another program, not to be written …; then nothing in it was changed. What the signal says, when it is aborted
 */
export const openState = async (dir: string, options: OpenOptions): Promise<State> => {
  const folder = await stateFolder(dir, options)
  const lock = await takeLock(folder, options)
  try {
    return await orStateError(folder, async () => {
      const manifest = (await readManifest(folder)) ?? (await begin(folder, options.now()))
      await checkSegments(folder, manifest)
      await makeSegmentsFolder(folder)
      await removeLeftovers(folder, manifest)
      return new State(folder, { manifest, lock, now: options.now })
    })
  } catch (error) {
    await lock.release()
    throw error
  }
}

/** The first manifest comes before any segment, so segments without one are a manifest that was lost, not a run that died early. */
const begin = async (folder: string, nowMs: number): Promise<Manifest> => {
  if ((await segmentFiles(folder)).length > 0) throw damaged(join(folder, MANIFEST), 'it is missing, and there are segments')
  const manifest: Manifest = { generation: 0, committedAtMs: nowMs, meta: undefined, segments: new Map() }
  const draft = await writeDraft(folder, manifest)
  renameSync(draft, join(folder, MANIFEST))
  return manifest
}

const makeSegmentsFolder = async (folder: string): Promise<void> => {
  await mkdir(join(folder, SEGMENTS), { mode: 0o700 }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error
  })
  await flushFolder(folder)
}

const writeDraft = async (folder: string, manifest: Manifest): Promise<string> => {
  const draft = join(folder, manifestDraft())
  await writeFlushed(draft, encodeManifest(manifest))
  return draft
}

/** A state that this process alone may change, until {@link State.close}. */
export class State {
  readonly #folder: string
  readonly #lock: Lock
  readonly #now: () => number
  #manifest: Manifest
  #staged = new Map<string, SegmentFile>()
  /** Why nothing goes any more. */
  #end: string | undefined

  /** See {@link openState}. */
  constructor(folder: string, { manifest, lock, now }: { readonly manifest: Manifest; readonly lock: Lock; readonly now: () => number }) {
    this.#folder = folder
    this.#manifest = manifest
    this.#lock = lock
    this.#now = now
  }

  /** What was last committed; undefined: nothing yet. As it stands on disk, so untrusted. */
  get meta(): unknown {
    return this.#manifest.meta
  }

  /** By name: what is committed, not what is staged. */
  get segments(): ReadonlyMap<string, SegmentInfo> {
    return this.#manifest.segments
  }

  /** Grows by one with each commit; 0: new. */
  get generation(): number {
    return this.#manifest.generation
  }

  /**
   * What a committed segment holds.
   * @throws WslogError `state`: there is none of this name, or it is damaged
   */
  async read(name: string): Promise<unknown> {
    this.#checkOpen()
    return readSegment(this.#folder, fileOf(this.#manifest, { name, folder: this.#folder }))
  }

  /**
   * What a segment will hold after the commit: as it is staged, else as it is committed.
   * @throws WslogError `state`: there is none of this name, or it is damaged
   */
  async readNext(name: string): Promise<unknown> {
    this.#checkOpen()
    const staged = this.#staged.get(name)
    return staged === undefined ? this.read(name) : readSegment(this.#folder, staged)
  }

  /** Drops what is staged under this name. */
  async unstage(name: string): Promise<void> {
    const staged = this.#staged.get(name)
    if (staged === undefined) return
    this.#staged.delete(name)
    await removeSegments(this.#folder, [staged.file])
  }

  /** Names of all segments, staged or committed. */
  get names(): ReadonlySet<string> {
    return new Set([...this.#manifest.segments.keys(), ...this.#staged.keys()])
  }

  /**
   * Writes a segment to disk, not to be seen before the commit; one staged before under this name is dropped. Several may be staged at once
   * (each waits for the disk), but not several of one name.
   * @throws WslogError `state`: no space …; the segments staged before stay staged
   */
  async stage(name: string, json: unknown): Promise<void> {
    this.#checkOpen()
    if (!isSegmentName(name)) throw new TypeError(`no name of a segment: ${name}`)
    const file = await writeSegment(this.#folder, name, json)
    const before = this.#staged.get(name)
    this.#staged.set(name, file)
    if (before !== undefined) await removeSegments(this.#folder, [before.file])
  }

  /**
   * Makes all that is staged, the removals and `meta` true in one step: the rename of the manifest. When it has ended, they outlive a loss of power.
   * @throws WslogError `state`: no space …; then all is as it was before, and it may be tried again, unless the message says otherwise
   */
  async commit({ meta, remove }: Commit): Promise<void> {
    this.#checkOpen()
    const segments = new Map(this.#manifest.segments)
    for (const name of remove) segments.delete(name)
    for (const [name, file] of this.#staged) segments.set(name, file)
    const next: Manifest = { generation: this.#manifest.generation + 1, committedAtMs: this.#now(), meta, segments }
    await orStateError(this.#folder, () => this.#replace(next))
    const named = new Set([...segments.values()].map(({ file }) => file))
    const old = [...this.#manifest.segments.values()].map(({ file }) => file).filter((file) => !named.has(file))
    this.#manifest = next
    this.#staged = new Map()
    await removeSegments(this.#folder, old)
  }

  /** Deletes what is staged and releases the lock; no other call may be under way. Never throws; a second time does nothing. */
  async close(): Promise<void> {
    if (this.#end === CLOSED) return
    const isUnsure = this.#end !== undefined
    this.#end = CLOSED
    if (!isUnsure) await removeSegments(this.#folder, [...this.#staged.values()].map(({ file }) => file))
    await this.#lock.release()
  }

  async #replace(next: Manifest): Promise<void> {
    await flushFolder(join(this.#folder, SEGMENTS))
    const draft = await writeDraft(this.#folder, next)
    if (!this.#lock.isHeld()) {
      await unlink(draft).catch(() => {}) // the next run removes it
      throw new WslogError('state', `${this.#folder}: its lock was taken away while this run worked; nothing of this run was kept. Run again`)
    }
    try {
      renameSync(draft, join(this.#folder, MANIFEST))
      await flushFolder(this.#folder)
    } catch (error) {
      // Which one is there after this, or after a loss of power, is not known: so the files of both have to stay. The next run sees which are not named.
      this.#end = 'the disk failed in a commit'
      throw new WslogError('state', `${this.#folder}: the system says ${errnoOf(error)} to the last step of keeping the state; either the old state or the new one is there, whole. Look after the disk and run again`, { cause: error })
    }
  }

  #checkOpen(): void {
    if (this.#end !== undefined) throw new Error(`the state cannot be used any more: ${this.#end}`)
  }
}

const CLOSED = 'it is closed'

/** @throws WslogError `state`: there is none of this name */
export const fileOf = ({ segments }: Manifest, { name, folder }: { readonly name: string; readonly folder: string }): SegmentFile => {
  const file = segments.get(name)
  if (file === undefined) throw new WslogError('state', `${folder}: holds no segment ${name}`)
  return file
}
