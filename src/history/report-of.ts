import type { Zone } from 'luxon'
import { HandshakeSample } from '../aggregate/handshake-sample.ts'
import { Moments } from '../aggregate/moments.ts'
import type { DigestJson } from '../digest/digest.ts'
import { type Parts, settle, type Settled } from '../digest/settle.ts'
import { WslogError } from '../errors.ts'
import { type Carry, carryIn, coverageOf, digestIn, type Kept, type Segments } from './kept.ts'
import { isDayName, isHourName, type Stretch, stretchOf } from './periods.ts'

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
  const carry = await carryIn(segments)
  const moments = Moments.resume(carry.ring).found().filter(({ second }) => second * 1000 >= stretch.fromMs && second * 1000 < stretch.toMs)
  const each = async (take: (json: unknown, name: string) => void): Promise<void> => {
    for (const name of names) await handOver(segments, name, take)
  }
  const digests: Parts['digests'] = (take) => each((json, name) => take(digestIn(json, name)))
  const samples: Parts['samples'] = (take) => each((json) => take(HandshakeSample.fromJSON((json as DigestJson).summary.sessionSample)))
  const coverage = coverageOf(kept)
  const settled = await settle({ digests, samples }, { readTimeoutMs, moments, coverage, parts: 'stretches' })
  const newest = Math.max(...[...segments.names].filter((name) => isHourName(name) || isDayName(name)).map((name) => stretchOf(name, zone).fromMs))
  return { ...settled, carry, isCurrent: newest < stretch.toMs }
}

/** A function of its own, which holds nothing of a segment while the next is read. */
const handOver = async (segments: Segments, name: string, take: (json: unknown, name: string) => void): Promise<void> => take(await segments.read(name), name)
