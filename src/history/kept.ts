import type { PathCensus } from '../aggregate/path-census.ts'
import type { MomentsRing } from '../aggregate/moments.ts'
import { digestShape } from '../digest/digest-shape.ts'
import { Digest, type DigestJson } from '../digest/digest.ts'
import { type Shape, ShapeError } from '../digest/shape.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import type { RememberedFile } from '../input/unread/remembered-file.ts'
import { type Covered, type Span, without } from '../session/coverage.ts'
import type { ErrorRow } from '../session/error-table.ts'
import type { HandshakeRule } from '../session/handshake-rule.ts'
import type { OpenMark } from '../session/open-marks.ts'
import type { OpenState } from '../session/open-sessions.ts'
import { WslogError } from '../errors.ts'
import { carryShape, keptShape } from './kept-shape.ts'
import type { Settings } from './settings.ts'

/** Where segments are read from: a state that is open, or a view of one. */
export interface Segments {
  readonly names: ReadonlySet<string>
  read(name: string): Promise<unknown>
}

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
const NO_CARRY: Carry = { ring: null, waiting: [], marks: [], open: null, census: { switchedPaths: [], plainFolders: [] } }

/** What a state holds. @throws WslogError `state` when it was written by another program, or by a release that keeps other things. */
export const keptOf = (meta: unknown, dir: string): Kept | undefined => (meta === undefined ? undefined : as<Kept>(meta, keptShape, `${dir}: what it keeps of the logs`))

/** What the last run left for the next one. @throws WslogError `state`, as {@link keptOf} */
export const carryIn = async (segments: Segments): Promise<Carry> => (segments.names.has(CARRY) ? as<Carry>(await segments.read(CARRY), carryShape, `segment ${CARRY} of the state`) : NO_CARRY)

/** A segment of hours or days. @throws WslogError `state`, as {@link keptOf} */
export const digestIn = (json: unknown, name: string): Digest => Digest.fromJSON(as<DigestJson>(json, digestShape, `segment ${name} of the state`))

/** Checksums tell what a disk broke, and not who wrote it: another release, or a hand. */
const as = <T>(value: unknown, shape: Shape, what: string): T => {
  try {
    shape(value, 'it')
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error
    throw new WslogError('state', `${what} is not as this release of wslog writes it (${error.message}); it was left as it is. Use the release that made it, or move the folder away: logs that are still there are then read again from their beginning`, { cause: error })
  }
  return value as T
}

export const ruleOfKept = ({ rule }: Kept): HandshakeRule => ({ ownLogs: new Set(rule.ownLogs), isNamed: rule.isNamed, prefixes: new Set(rule.prefixes) })

/** When error logs would have shown a line of what was kept. */
export const coverageOf = ({ errors, blind }: Pick<Kept, 'errors' | 'blind'>): Covered[] => without(errors.flatMap(({ covered }) => covered ?? []), blind)
