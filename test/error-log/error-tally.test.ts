import { describe, expect, it } from 'vitest'
import { ErrorTally } from '../../src/error-log/error-tally.ts'
import { readErrorLog, realErrorLogs } from '../helpers/error-log.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const tallyOf = (log: string | Buffer): ErrorTally => {
  const tally = new ErrorTally()
  readErrorLog(log, { onRecord: (record) => tally.add(record) })
  return tally
}
const lines = (...entries: readonly (readonly [string, string])[]): string => entries.map(([level, text]) => `2026/11/21 00:03:32 [${level}] 7#7: ${text}\n`).join('')
const merged = (...tallies: readonly ErrorTally[]): ErrorTally => {
  const sum = new ErrorTally()
  for (const tally of tallies) sum.merge(tally)
  return sum
}

describe('ErrorTally', () => {
  it('counts levels, messages and unknown texts', () => {
    const tally = tallyOf(lines(['notice', 'exit'], ['notice', 'exit'], ['warn', 'a "b" 12'], ['warn', 'a "cc" 9'], ['error', 'a "b" 12'], ['emerg', 'x \u0007 "open']))
    expect(tally.toJSON()).toEqual({
      byLevel: [0, 0, 2, 2, 1, 0, 0, 1], byMessage: { exit: 2 }, unknownOthers: 0,
      unknown: [{ text: 'a "…" N', level: 'warn', count: 2 }, { text: 'x   "…"', level: 'emerg', count: 1 }, { text: 'a "…" N', level: 'error', count: 1 }].sort((a, b) => b.count - a.count || (`${a.level} ${a.text}` < `${b.level} ${b.text}` ? -1 : 1)),
    })
  })

  it.each<[string, string | Buffer, string]>([
    ['UTF-8', 'Datei „größer“ – schließt 🙂', 'Datei „größer“ – schließt 🙂'],
    ['UTF-8 that is longer than is looked at', `${'é'.repeat(79)}x€€`, `${'é'.repeat(79)}x`],
    ['UTF-8 up to the last byte that is looked at', 'ü'.repeat(90), 'ü'.repeat(80)],
    ['what is none', Buffer.from('schlie\u00DFt', 'latin1'), 'schließt'],
    ['one character of it, and a control character of C1', 'a\u0085b', 'a b'],
  ])('shows unknown texts as they were written: %s', (_, text, shown) => {
    expect(tallyOf(Buffer.concat([Buffer.from('2026/11/21 00:03:32 [warn] 7#7: '), Buffer.from(text as string), Buffer.from('\n')])).unknown).toEqual([{ text: shown, level: 'warn', count: 1 }])
  })

  it.each([
    ['none', []], ['info', ['info', 'error']], ['info', ['debug']], ['notice', ['notice', 'crit']], ['warn', ['alert', 'warn']], ['error', ['error']], ['error', ['emerg']], ['error', ['crit']],
  ] as const)('holds %s when %j was seen', (held, levels) => {
    expect(tallyOf(lines(...levels.map((level) => [level, 'x'] as const))).levelHeld).toBe(held)
  })

  it('keeps 64 kinds with their whole counts, and counts the others', () => {
    const seeded = new Seeded(3)
    const kinds = times(200, (kind) => `k${[...String(kind)].map((digit) => 'abcdefghij'[Number(digit)]).join('')}`)
    const entries = times(3000, () => ['warn', seeded.pick(kinds)] as const)
    const tally = tallyOf(lines(...entries))
    expect(tally.unknown.length).toBe(64)
    for (const { text, count } of tally.unknown) expect(count).toBe(entries.filter(([, kind]) => kind === text).length)
    expect(tally.unknown.reduce((sum, { count }) => sum + count, tally.unknownOthers)).toBe(3000)
    const parts = [entries.slice(0, 900), entries.slice(900, 1000), entries.slice(1000)].map((part) => tallyOf(lines(...part)))
    expect(merged(...parts).toJSON()).toEqual(tally.toJSON())
    expect(merged(...parts.toReversed()).toJSON()).toEqual(tally.toJSON())
    expect(merged(parts[0]!, merged(parts[1]!, parts[2]!)).toJSON()).toEqual(tally.toJSON())
    expect(merged(...parts.map((part) => ErrorTally.fromJSON(JSON.parse(JSON.stringify(part))))).toJSON()).toEqual(tally.toJSON())
  })

  it('is the same text in JSON whichever came first', () => {
    const entries = [['notice', 'exit'], ['notice', 'exiting'], ['notice', 'using the "epoll" event method'], ['warn', 'a'], ['warn', 'b'], ['error', 'a'], ['error', 'c'], ['error', 'c']] as const
    const text = JSON.stringify(tallyOf(lines(...entries)))
    for (const order of [entries.toReversed(), [...entries.slice(3), ...entries.slice(0, 3)]]) expect(JSON.stringify(tallyOf(lines(...order)))).toBe(text)
    expect((JSON.parse(text) as ReturnType<ErrorTally['toJSON']>).unknown.map(({ level, text: of, count }) => `${count} ${level} ${of}`)).toEqual(['2 error c', '1 error a', '1 warn a', '1 warn b'])
  })

  it('shows a run of control characters as one space', () => {
    expect(tallyOf(lines(['warn', 'a\u0001\u0002\u007Fb'])).unknown).toEqual([{ text: 'a b', level: 'warn', count: 1 }])
  })

  it('has nothing as its neutral element', () => {
    const tally = tallyOf(realErrorLogs.find(({ name }) => name === 'farm/error_info.log')!.bytes)
    expect(merged(new ErrorTally(), tally, new ErrorTally()).toJSON()).toEqual(tally.toJSON())
    expect(tally.levelHeld).toBe('info')
  })
})
