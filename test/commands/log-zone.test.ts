import { DateTime, FixedOffsetZone, IANAZone, SystemZone } from 'luxon'
import { describe, expect, it } from 'vitest'
import { luxonZone, offsetText, SYSTEM_ZONE, zoneOfOffset } from '../../src/commands/log-zone.ts'

/** From 15 hours west of UTC to 15 hours east. */
const OFFSETS = Array.from({ length: 2 * 15 * 60 + 1 }, (_, index) => index - 15 * 60)

describe('zoneOfOffset', () => {
  it.each([[0, 'UTC', '+00:00'], [480, 'UTC+8', '+08:00'], [-210, 'UTC-3:30', '-03:30'], [5, 'UTC+0:5', '+00:05'], [-30, 'UTC-0:30', '-00:30']])('%i minutes are %s, %s', async (minutes, name, shown) => {
    const zone = zoneOfOffset(minutes)
    expect(zone.name).toBe(name)
    expect(zone.offset(0)).toBe(minutes)
    expect(offsetText(minutes)).toBe(shown)
    expect(DateTime.fromMillis(0, { zone: await luxonZone(zone) }).toFormat('ZZ')).toBe(shown)
  })

  it('is the zone of luxon, name and all', async () => {
    for (const minutes of OFFSETS) {
      const own = FixedOffsetZone.instance(minutes)
      expect(zoneOfOffset(minutes).name).toBe(own.name)
      expect(offsetText(minutes)).toBe(own.formatOffset(0, 'short'))
      expect((await luxonZone(zoneOfOffset(minutes))).equals(own), own.name).toBe(true)
    }
  })
})

describe('the zone of the machine', () => {
  it('is the one that luxon takes for it, in winter and in summer', () => {
    expect(SYSTEM_ZONE.name).toBe(SystemZone.instance.name)
    for (const atMs of [Date.UTC(2026, 0, 1), Date.UTC(2026, 6, 1)]) expect(SYSTEM_ZONE.offset(atMs)).toBe(SystemZone.instance.offset(atMs))
  })
})

describe('luxonZone', () => {
  it('gives a zone of luxon as it is', async () => {
    const zone = IANAZone.create('Europe/Berlin')
    expect(await luxonZone(zone)).toBe(zone)
  })

  it('finds one by its name', async () => {
    expect(await luxonZone({ name: 'Asia/Shanghai', offset: () => 480 })).toEqual(IANAZone.create('Asia/Shanghai'))
  })
})
