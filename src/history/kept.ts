import type { PathCensus } from '../aggregate/path-census.ts'
import type { MomentsRing } from '../aggregate/moments.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import { isRememberedFile, type RememberedFile } from '../input/unread/remembered-file.ts'
import { type Covered, type Span, without } from '../session/coverage.ts'
import type { ErrorRow } from '../session/error-table.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import type { OpenMark } from '../session/open-marks.ts'
import type { OpenState } from '../session/open-sessions.ts'
import { WslogError } from '../errors.ts'
import type { Settings } from './settings.ts'

/** A log, as it is kept between runs. */
export interface KeptFile {
  readonly file: RememberedFile
  /** Lines read of it so far. */
  readonly lines: number
  /** Of an error log: when it would have shown a line; null: it had none yet, or is an access log. */
  readonly covered: Covered | null
}

/** What a state keeps beside its segments: where reading goes on. In the manifest, so small. */
export interface Kept {
  readonly settings: Settings
  /** `--retention`, until another is given. */
  readonly retentionDays: number
  readonly access: readonly KeptFile[]
  readonly errors: readonly KeptFile[]
  /** Offsets that the clocks of the logs showed last: the zone of error-log stamps where a run reads no access line. */
  readonly offsets: readonly OffsetSpan[]
  readonly rule: { readonly ownLogs: readonly string[]; readonly isNamed: boolean; readonly prefixes: readonly string[] }
  /** Times of access lines that were read without an error log: that one which is read later holds no other line for them proves nothing. */
  readonly blind: readonly Span[]
  /** Lines without `$http_upgrade` and those of them with status 101, by log: what is a log of its own is decided by all. */
  readonly undecided: readonly { readonly path: string; readonly lines: number; readonly switched: number }[]
}

/** What the next run needs of the last minutes of this one: a segment of its own, {@link CARRY}. */
export interface Carry {
  readonly ring: MomentsRing
  /** Error lines whose access lines may be still to come. */
  readonly waiting: readonly ErrorRow[]
  /** Sessions that were open; empty where no line tells of beginnings. */
  readonly marks: readonly OpenMark[]
  readonly open: OpenState | null
  /** What paths show, over all runs: which of them are of WebSockets. */
  readonly census: ReturnType<PathCensus['toJSON']>
}

export const CARRY = 'carry'
export const NO_CARRY: Carry = { ring: null, waiting: [], marks: [], open: null, census: { switchedPaths: [], plainFolders: [] } }

/** What a state holds. @throws WslogError `state` when it was written by another program, or by a release that keeps other things. */
export const keptOf = (meta: unknown, dir: string): Kept | undefined => {
  if (meta === undefined) return undefined
  const kept = meta as Partial<Kept> | null
  const isWhole = typeof kept === 'object' && kept !== null && [kept.access, kept.errors].every((files) => Array.isArray(files) && files.every(isKeptFile)) && typeof kept.settings === 'object' && Array.isArray(kept.offsets) && Array.isArray(kept.undecided) && Array.isArray(kept.blind) && typeof kept.rule === 'object' && Number.isSafeInteger(kept.retentionDays)
  if (!isWhole) throw new WslogError('state', `${dir}: what it keeps of the logs is not as this release of wslog writes it; nothing was changed. Use the release that made it, or move the folder away: logs that are still there are then read again from their beginning`)
  return kept as Kept
}

const isKeptFile = (value: unknown): boolean => {
  const one = value as Partial<KeptFile> | null
  return typeof one === 'object' && one !== null && isRememberedFile(one.file) && Number.isSafeInteger(one.lines)
}

export const ruleOfKept = ({ rule }: Kept): HandshakeRule => ({ ownLogs: new Set(rule.ownLogs), isNamed: rule.isNamed, prefixes: new Set(rule.prefixes) })

/** When error logs would have shown a line of what was kept. */
export const coverageOf = ({ errors, blind }: Pick<Kept, 'errors' | 'blind'>): Covered[] => without(errors.flatMap(({ covered }) => covered ?? []), blind)
