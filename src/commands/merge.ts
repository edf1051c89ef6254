import { realpath } from 'node:fs/promises'
import { FixedOffsetZone, Info, type Zone } from 'luxon'
import { type SummaryDocument, readSummary } from '../digest/document.ts'
import { settle } from '../digest/settle.ts'
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
  const files = await Promise.all(options.files.map((path) => realpath(path).catch(() => path)))
  if (new Set(files).size < files.length) throw new WslogError('usage', 'a summary is named twice: its sessions would be counted twice')
  const digests = async function* () {
    for (const path of options.files) {
      const one = held.get(path) ?? (await read(path))
      if (path === '-') held.set(path, one)
      zones.add(one.timeZone)
      yield one.digest
    }
  }
  const samples = async function* () {
    for await (const { summary } of digests()) yield summary.sessionSample
  }
  const settled = await settle({ digests, samples }, { readTimeoutMs: options.readTimeoutMs, moments: [], coverage: [] })
  const [own = 'UTC'] = zones
  const zone = options.zone ?? (zones.size > 1 ? FixedOffsetZone.utcInstance : zoneNamed(own))
  const report = reportOf(settled, { version, top: options.top, generatedAtMs: options.nowMs, timeZone: zone.name, failures: [], open: null })
  return present(report, options, { zone, settled, against: [], out, err })
}

/** A name from a file may be anything. */
const zoneNamed = (name: string): Zone => {
  const zone = Info.normalizeZone(name)
  return zone.isValid ? zone : FixedOffsetZone.utcInstance
}
