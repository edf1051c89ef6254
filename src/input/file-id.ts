import type { BigIntStats } from 'node:fs'

/** What tells one file from another, whatever its name. */
export interface FileId {
  readonly dev: bigint
  readonly ino: bigint
  /** Nanoseconds; 0: the file system does not keep it. A number of a deleted file is given to a new one at once, so it counts where it is known. */
  readonly birthNs: bigint
}

export const idOf = ({ dev, ino, birthtimeNs }: BigIntStats): FileId => ({ dev, ino, birthNs: birthtimeNs })

export const isSameFile = (one: FileId, other: FileId): boolean => one.ino === other.ino && one.dev === other.dev && (one.birthNs === other.birthNs || one.birthNs === 0n || other.birthNs === 0n)
