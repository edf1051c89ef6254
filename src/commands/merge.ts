import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { FixedOffsetZone, Info, type Zone } from 'luxon'
import { type SummaryDocument, readSummary } from '../digest/document.ts'
import type { Digest } from '../digest/digest.ts'
import { type Parts, settle } from '../digest/settle.ts'
import { WslogError } from '../errors.ts'
import { readDocument } from '../input/document.ts'
import { reportOf } from '../pipeline.ts'
import { present, type PresentOptions } from './present.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import type { Streams } from './streams.ts'
import { version } from './version.ts'

/** A busy server's summary of a year; what is larger is none. */
const MAX_BYTES = 512 * 1024 * 1024

export type MergeOptions = PresentOptions & Pick<ResolvedOptions, 'files' | 'zone' | 'top' | 'nowMs' | 'readTimeoutMs'>

/** `wslog merge`: one report out of the summaries of several servers; gives the exit code. @throws WslogError when one cannot be read */
export const runMerge = async (options: MergeOptions, { out, err }: Pick<Streams, 'out' | 'err'>): Promise<number> => {
  const zones = new Set<string>()
  const read = async (path: string): Promise<SummaryDocument> => readSummary(await readDocument(path, { maxBytes: MAX_BYTES }), path === '-' ? 'standard input' : path)
  if (options.files.length > 1 && options.files.includes('-')) throw new WslogError('usage', '-: standard input comes once; name the summaries as files')
  const held = new Map<string, SummaryDocument>()
  const seen = new Map<string, string>()
  const files = await Promise.all(options.files.map((path) => realpath(path).catch(() => path)))
  if (new Set(files).size < files.length) throw new WslogError('usage', 'a summary is named twice: its sessions would be counted twice')
  const handOver = async (path: string, take: (digest: Digest) => void): Promise<void> => {
    const one = held.get(path) ?? (await read(path))
    if (path === '-') held.set(path, one)
    zones.add(one.timeZone)
    refuseTwin(path, one, seen)
    take(one.digest)
  }
  const digests: Parts['digests'] = async (take) => {
    for (const path of options.files) await handOver(path, take)
  }
  const samples: Parts['samples'] = (take) => digests(({ summary }) => take(summary.sessionSample))
  const settled = await settle({ digests, samples }, { readTimeoutMs: options.readTimeoutMs, moments: [], coverage: [], parts: 'servers' })
  const [own = 'UTC'] = zones
  const zone = options.zone ?? (zones.size > 1 ? FixedOffsetZone.utcInstance : zoneNamed(own))
  const report = reportOf(settled, { version, top: options.top, generatedAtMs: options.nowMs, timeZone: zone.name, failures: [], open: null })
  return present(report, options, { zone, settled, against: [], out, err })
}

/** @throws WslogError `input` when two summaries are of the same lines: their sessions would be counted twice. */
const refuseTwin = (path: string, { digest }: SummaryDocument, seen: Map<string, string>): void => {
  if (digest.summary.isEmpty) return
  const print = createHash('sha256').update(JSON.stringify(digest.summary)).digest('hex')
  const other = seen.get(print)
  if (other !== undefined && other !== path) throw new WslogError('input', `${path}: holds the same sessions as ${other}, to the millisecond: leave one of them out, or they are counted twice`)
  seen.set(print, path)
}

/** A name from a file may be anything. */
const zoneNamed = (name: string): Zone => {
  const zone = Info.normalizeZone(name)
  return zone.isValid ? zone : FixedOffsetZone.utcInstance
}
