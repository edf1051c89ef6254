import { loadKnownFormats, resolveFormats } from '../input/formats.ts'
import { refuseToOverwriteLogs } from '../input/resolve.ts'
import type { AnalyzeOptions } from '../pipeline.ts'
import { type LogZone, zoneOfOffset } from './log-zone.ts'
import { createProgress, type Progress } from './progress.ts'
import type { ResolvedOptions } from './resolve-options.ts'
import { stampZoneOf } from './stamp-zone.ts'
import type { Streams } from './streams.ts'
import { version } from './version.ts'

/** What the commands that read logs have in common: formats loaded, zone chosen once the logs are open, progress. */
export const prepare = async (options: ResolvedOptions, { err, now, signal }: Pick<Streams, 'err' | 'now' | 'signal'>, onZone: (zone: LogZone) => void): Promise<{ reading: AnalyzeOptions; progress: Pick<Progress, 'end'> }> => {
  const known = await loadKnownFormats()
  const all = known.map(({ format }) => format)
  const named = options.logFormat === undefined ? all : await resolveFormats(options.logFormat, known)
  // Open markers are read in any log, whatever its ends are written in.
  const formats = [...named, ...all.filter((format) => format.isOpenMarker && !named.includes(format))]
  await refuseToOverwriteLogs(options.outputs.map(({ path }) => path), [...options.files, ...options.errorFiles])
  let progress: Progress | undefined
  const reading: AnalyzeOptions = {
    files: options.files,
    errorFiles: options.errorFiles,
    formats,
    readTimeoutMs: options.readTimeoutMs,
    onOpen: ({ offsetMinutes, offsets, totalSize }) => {
      const zone = options.zone ?? zoneOfOffset(offsetMinutes ?? 0)
      onZone(zone)
      progress = options.hasProgress ? createProgress({ write: err, now, total: totalSize }) : undefined
      return { filters: options.filters(zone), timeZone: zone.name, stampZone: stampZoneOf(offsets, options.zone) }
    },
    onRead: (bytes) => progress?.onRead(bytes),
    top: options.top,
    threads: options.threads,
    isQueryKept: options.isQueryKept,
    isAnonymized: options.isAnonymized,
    version,
    generatedAtMs: options.nowMs,
    signal,
  }
  return { reading, progress: { end: () => progress?.end() } }
}
