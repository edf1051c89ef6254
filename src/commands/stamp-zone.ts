import { WallClock } from '../error-log/wall-clock.ts'
import type { OffsetSpan } from '../log-format/detect.ts'
import type { StampZone } from '../run/read-errors.ts'
import { type LogZone, offsetText, SYSTEM_ZONE } from './log-zone.ts'

/** The zone of error-log stamps: what the access log's own clock shows, else `--tz`, else the machine's. */
export const stampZoneOf = (offsets: readonly OffsetSpan[], option: LogZone | undefined): StampZone => {
  // A change of clocks within the logs: a zone that has just these offsets knows the hour in which they changed.
  const changing = offsets.length > 1 ? [option, SYSTEM_ZONE].find((zone) => zone !== undefined && offsets.every(({ offsetMinutes, fromMs, toMs }) => zone.offset(fromMs) === offsetMinutes && zone.offset(toMs) === offsetMinutes)) : undefined
  if (changing !== undefined) return { clockOf: () => new WallClock({ offsetAt: (ms) => changing.offset(ms) }), zone: { zone: changing.name, from: changing === option ? 'option' : 'system' } }
  if (offsets.length > 0) {
    const names = [...new Set(offsets.map(({ offsetMinutes }) => offsetText(offsetMinutes)))]
    return { clockOf: () => new WallClock(offsets), zone: { zone: names.join(' and '), from: 'access-log' } }
  }
  const zone = option ?? SYSTEM_ZONE
  return {
    clockOf: () => new WallClock({ offsetAt: (ms) => zone.offset(ms) }),
    // Only an error log asks for it, and the name of the machine's zone takes longer than to read a small log.
    get zone() {
      return { zone: zone.name, from: option === undefined ? ('system' as const) : ('option' as const) }
    },
  }
}
