import { createHash } from 'node:crypto'
import { WslogError } from '../../../src/errors.ts'
import { keptOf } from '../../../src/history/kept.ts'
import { decodeManifest, encodeManifest } from '../../../src/state/manifest.ts'
import { segmentFileName } from '../../../src/state/names.ts'
import { mutated } from '../mutate.ts'
import { mutatedJson } from '../mutate-json.ts'
import { smallerTexts } from '../smaller.ts'
import { target } from '../target.ts'

const META = { settings: {}, retentionDays: 30, access: [], errors: [], offsets: [], rule: { ownLogs: [], isNamed: false, prefixes: [] }, blind: [], undecided: [] }
const WHOLE = encodeManifest({
  generation: 7, committedAtMs: Date.UTC(2026, 10, 21), meta: META,
  segments: new Map(['2026112100', 'carry'].map((name) => [name, { file: segmentFileName(name), bytes: 10, jsonBytes: 20, sha256: 'ab'.repeat(32) }])),
}).toString('latin1')
const HASH = /"sha256":"([0-9a-f]{64})"/

/** A manifest of which any byte was changed is the same still, or is refused with a WslogError; also when its checksum was made to fit. */
export const manifest = target<string>({
  name: 'manifest',
  cases: 4000,
  make: (random) => (random.next() < 0.5 ? mutated(random, WHOLE, WHOLE) : withChecksum(random.next() < 0.5 ? mutated(random, WHOLE, WHOLE) : `${mutatedJson(random, WHOLE)}\n`)),
  check: (text) => {
    try {
      const { meta } = decodeManifest(Buffer.from(text, 'latin1'), 'manifest.json')
      keptOf(meta, 'state')
      return text === WHOLE || text === withChecksum(text) ? undefined : 'a changed manifest is believed'
    } catch (error) {
      if (!(error instanceof WslogError)) throw error
      return undefined
    }
  },
  smaller: smallerTexts,
})

const withChecksum = (text: string): string => {
  const at = HASH.exec(text)
  if (at === null) return text
  const from = at.index + '"sha256":"'.length
  const hash = createHash('sha256').update(text.slice(0, from), 'latin1').update(text.slice(from + 64), 'latin1').digest('hex')
  return text.slice(0, from) + hash + text.slice(from + 64)
}
