import type { Zone } from 'luxon'
import { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { Moments } from '../aggregate/moments.ts'
import { Digest, type DigestJson } from '../digest/digest.ts'
import { type Parts, settle, type Settled } from '../digest/settle.ts'
import { WslogError } from '../errors.ts'
import { CARRY, type Carry, coverageOf, type Kept, NO_CARRY } from './kept.ts'
import { isDayName, isHourName, type Stretch, stretchOf } from './periods.ts'

/** Where segments are read from: a state that is open, or a view of one. */
export interface Segments {
  readonly names: ReadonlySet<string>
  read(name: string): Promise<unknown>
}

/** What is kept of a stretch of time. */
export interface KeptStretch extends Settled {
  readonly carry: Carry
  /** Whether the newest of what is kept is in it. */
  readonly isCurrent: boolean
}

/** The segments of a stretch. @throws WslogError `usage` when it cuts a day of which no hours are kept any more */
const segmentsOf = (names: Iterable<string>, { fromMs, toMs }: Stretch, zone: Zone): string[] => {
  const inside: string[] = []
  for (const name of names) {
    if (!isHourName(name) && !isDayName(name)) continue
    const segment = stretchOf(name, zone)
    if (segment.toMs <= fromMs || segment.fromMs >= toMs) continue
    if (segment.fromMs < fromMs || segment.toMs > toMs) throw new WslogError('usage', `--since, --until: ${name} is kept as ${isDayName(name) ? 'a whole day' : 'a whole hour'}; choose its beginning or its end`)
    inside.push(name)
  }
  return inside.sort()
}

/** Puts together what is kept of a stretch of time. */
export const settleStretch = async (segments: Segments, { kept, stretch, zone, readTimeoutMs }: { readonly kept: Kept; readonly stretch: Stretch; readonly zone: Zone; readonly readTimeoutMs: number | undefined }): Promise<KeptStretch> => {
  const names = segmentsOf(segments.names, stretch, zone)
  const carry = segments.names.has(CARRY) ? ((await segments.read(CARRY)) as Carry) : NO_CARRY
  const moments = Moments.resume(carry.ring).found().filter(({ second }) => second * 1000 >= stretch.fromMs && second * 1000 < stretch.toMs)
  const each = async (take: (json: DigestJson) => void): Promise<void> => {
    for (const name of names) await handOver(segments, name, take)
  }
  const digests: Parts['digests'] = (take) => each((json) => take(Digest.fromJSON(json)))
  const samples: Parts['samples'] = (take) => each(({ summary }) => take(HandshakeSample.fromJSON(summary.sessionSample)))
  const coverage = coverageOf(kept)
  const settled = await settle({ digests, samples }, { readTimeoutMs, moments, coverage })
  const newest = Math.max(...[...segments.names].filter((name) => isHourName(name) || isDayName(name)).map((name) => stretchOf(name, zone).fromMs))
  return { ...settled, carry, isCurrent: newest < stretch.toMs }
}

/** A function of its own, which holds nothing of a segment while the next is read. */
const handOver = async (segments: Segments, name: string, take: (json: DigestJson) => void): Promise<void> => take((await segments.read(name)) as DigestJson)
