/** The manifest: the one file that says which segments there are. */
export const MANIFEST = 'state.json'
/** The folder of the segments. */
export const SEGMENTS = 'segments'
/** The folder of the lock's token. */
export const LOCK = 'lock'

/** Sixteen hex digits that no other file has. */
export const unique = (): string => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString('hex')

export const manifestDraft = (): string => `${MANIFEST}.${unique()}.tmp`
export const lockDraft = (): string => `${LOCK}.${unique()}.tmp`
export const socketName = (nonce: string): string => `${LOCK}.${nonce}.sock`
export const segmentFileName = (name: string): string => `${name}.${unique()}.json.gz`

const MANIFEST_DRAFT = /^state\.json\.[0-9a-f]{16}\.tmp$/
const LOCK_DRAFT = /^lock\.[0-9a-f]{16}\.tmp$/
const SOCKET = /^lock\.[0-9a-f]{16}\.sock$/
const SEGMENT_NAME = /^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$/
const SEGMENT_FILE = /^([0-9A-Za-z][0-9A-Za-z_-]{0,63})\.[0-9a-f]{16}\.json\.gz$/

export const isManifestDraft = (file: string): boolean => MANIFEST_DRAFT.test(file)
export const isLockDraft = (file: string): boolean => LOCK_DRAFT.test(file)
export const isSocket = (file: string): boolean => SOCKET.test(file)
/** Letters, digits, `_` and `-`, 64 at most, such as `2026-11-21T05`. */
export const isSegmentName = (name: string): boolean => SEGMENT_NAME.test(name)
export const isSegmentFile = (file: string): boolean => SEGMENT_FILE.test(file)
export const isFileOfSegment = (file: string, name: string): boolean => SEGMENT_FILE.exec(file)?.[1] === name

/** What a folder may hold beside a manifest, or before the first one; `lost+found` is on every new disk. */
export const isOurs = (entry: string): boolean =>
  entry === MANIFEST || entry === SEGMENTS || entry === LOCK || entry === 'lost+found' || isManifestDraft(entry) || isLockDraft(entry) || isSocket(entry)
