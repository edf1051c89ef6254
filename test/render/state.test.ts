import { describe, expect, it } from 'vitest'
import { renderState } from '../../src/render/state.ts'
import type { StateDescription } from '../../src/report/state-description.ts'
import { reportOf } from '../helpers/sample-report.ts'

const FILE = { kind: 'access', path: '/var/log/nginx/ws_access.log', offset: 12_000, lines: 80, isAbsent: false } as const
const HOUR = { name: '2026-11-20T12', kind: 'hour', from: '2026-11-20T12:00:00.000Z', to: '2026-11-20T13:00:00.000Z', bytes: 500 } as const
const STATE: StateDescription = { schema: 'wslog.state-description/1', committedAt: '2026-11-20T13:05:00.000Z', timeZone: 'UTC', files: [FILE], hours: [HOUR], report: reportOf([{}, {}, { status: 502 }]) }
const shown = (parts: Partial<StateDescription> = {}, width = 80): string[] => renderState({ ...STATE, ...parts }, { width }).split('\n')

describe('what a state holds', () => {
  it('is said line by line', () => {
    expect(shown().slice(0, 4)).toEqual([
      'Last run 2026-11-20T13:05:00.000Z; days in UTC.',
      'Kept: 1 day, 2026-11-20T12:00:00.000Z to 2026-11-20T13:00:00.000Z, 500 B on disk.',
      '3 handshakes, 66.7 % reached 101; 2 drops, 0 faults.',
      '',
    ])
  })

  it.each<[string, StateDescription['hours'], string]>([
    ['nothing', [], 'Nothing is kept yet.'],
    ['two hours of a day', [HOUR, { ...HOUR, name: '2026-11-20T13' }], 'Kept: 1 day, '],
    ['a day that was put together, and an hour of the next', [{ ...HOUR, name: '2026-11-19', kind: 'day', from: '2026-11-18T16:00:00.000Z' }, HOUR], 'Kept: 2 days, 2026-11-18T16:00:00.000Z to '],
  ])('of %s', (_, hours, start) => {
    expect(shown({ hours })[1]!.startsWith(start)).toBe(true)
  })

  it('names the logs, which of them are gone, and obeys none of their names', () => {
    const text = shown({ files: [FILE, { ...FILE, kind: 'error', path: '/logs/\u001B[2Jerror.log', isAbsent: true }] }).join('\n')
    expect(text).toMatch(/ws_access\.log +access +80 +12 kB$/m)
    expect(text).toMatch(/\\x1B\[2Jerror\.log +error +80 +12 kB +gone$/m)
  })

  it('cuts a long path to a terminal, and nothing where there is none', () => {
    const path = `/var/log/nginx/${'a-long-name/'.repeat(12)}ws_access.log`
    expect(shown({ files: [{ ...FILE, path }] }, 100)[5]).toMatch(/^\/var\/log\/nginx\/a-long-name\/[a-z/-]*…  access +80 +12 kB$/)
    expect(shown({ files: [{ ...FILE, path }] }, Number.POSITIVE_INFINITY)[5]).toBe(`${path}  access     80  12 kB`)
  })
})
