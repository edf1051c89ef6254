import { closeSync } from 'node:fs'
import { type FileId, isSameFile } from './file-id.ts'
import type { Generation } from './generation.ts'
import type { Fresh, Generations } from './generations.ts'
import { type Opened, openRegular } from './open-regular.ts'
import { safely } from './safely.ts'
import { filesOf, type Listing, type Sibling, type Siblings } from './siblings.ts'

/** File systems take some stamps from a clock that ticks this seldom at most. */
const TICK_NS = 50_000_000n
/** A file that is renamed more often than this while it is opened is left to the next look. */
const MAX_RENAMES = 16

/** Finds, among the files beside a log, those that are part of it. */
export class Beside {
  readonly #siblings: Siblings
  readonly #generations: Generations

  constructor(siblings: Siblings, generations: Generations) {
    this.#siblings = siblings
    this.#generations = generations
  }

  /** The largest of the files that have the same bytes as a generation at the same place: the others are copies from before. */
  copyOf(generation: Generation, listing: Listing): Opened | undefined {
    let best: Opened | undefined
    for (const sibling of filesOf(listing)) {
      if (sibling.size < generation.position || this.#generations.has(sibling.id)) continue
      const opened = this.#open(sibling)
      if (opened === undefined) continue
      const isBetter = (best === undefined || opened.size > best.size) && (safely(() => generation.isContinuedIn(opened)) ?? false)
      const worse = isBetter ? best : opened
      if (isBetter) best = opened
      if (worse !== undefined) closeSync(worse.fd)
    }
    return best
  }

  /** Generations that nobody saw at the path, open. `isCopied`: by copytruncate, so an empty one is a copy that is being made. */
  missed(listing: Listing, { except, isCopied, others, bornUntilNs }: { readonly except: readonly (FileId | undefined)[]; readonly isCopied: boolean; readonly others: readonly Generation[]; readonly bornUntilNs?: bigint }): Fresh[] {
    const missed: Fresh[] = []
    for (const sibling of this.#siblings.newIn(listing)) {
      if (except.some((id) => id !== undefined && isSameFile(id, sibling.id)) || this.#isOlder(sibling) || this.#generations.has(sibling.id)) continue
      if (bornUntilNs !== undefined && sibling.id.birthNs > bornUntilNs + TICK_NS) continue
      const opened = this.#open(sibling)
      const generation = opened && safely(() => this.#generations.makeOrClose(opened, 0))
      if (generation === undefined) continue
      if (generation.compression !== 'none' || (isCopied && generation.head.length === 0) || this.#generations.isCopy(generation.head, others)) generation.closeFile()
      else missed.push({ generation, birthNs: sibling.id.birthNs, mtimeNs: sibling.mtimeNs, isAtPath: false })
    }
    return missed
  }

  /** A file that was listed; it may have got another name since. */
  #open({ path, id }: Sibling): Opened | undefined {
    let name: string | undefined = path
    for (let tries = 0; name !== undefined && tries < MAX_RENAMES; tries++) {
      const named: string = name
      const opened = safely(() => openRegular(named))
      if (opened !== undefined && isSameFile(opened.id, id)) return opened
      if (opened !== undefined) closeSync(opened.fd)
      name = filesOf(this.#siblings.list()).find((file) => isSameFile(file.id, id))?.path
    }
    return undefined
  }

  /** Than the last that was at the path. */
  #isOlder({ id, mtimeNs }: Sibling): boolean {
    const birthNs = (this.#generations.last?.id.birthNs ?? 0n) - TICK_NS
    return birthNs > 0n && (mtimeNs < birthNs || (id.birthNs > 0n && id.birthNs < birthNs))
  }
}
