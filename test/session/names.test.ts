import { describe, expect, it } from 'vitest'
import { AccessRecord } from '../../src/log-format/record.ts'
import { ByteIndex } from '../../src/session/byte-index.ts'
import { type Name, Names } from '../../src/session/names.ts'

const recordOf = (text: string, escape: 'default' | 'json' | 'none' = 'default'): AccessRecord => {
  const record = new AccessRecord({ fields: new Set(), directive: { escape }, isOpenMarker: false, clockStepMs: 1000 })
  record.setBytes(Buffer.from(text, 'latin1'))
  return record
}

const createNames = (beforeClear = (): void => {}): { names: Names<Name>; created: string[] } => {
  const created: string[] = []
  const create = (label: string): Name => {
    created.push(label)
    return { label, isKept: true }
  }
  return { names: new Names<Name>({ index: new ByteIndex(), create, beforeClear }), created }
}

describe('Names', () => {
  it('makes a name once, and gives the same number for the same bytes', () => {
    const { names, created } = createNames()
    const one = names.idOf(recordOf('xx a.example'), 3, 12)
    const again = names.idOf(recordOf('a.example yy'), 0, 9)
    const other = names.idOf(recordOf('b.example'), 0, 9)
    expect([one, again, other]).toEqual([1, 1, 2])
    expect(names.at(one).label).toBe('a.example')
    expect(created).toEqual(['', 'a.example', 'b.example'])
    expect(names.size).toBe(3)
  })

  it.each([
    ['nothing', 'abc', 1, 1],
    ['a dash', '-', 0, 1],
    ['a field that the format does not have', 'abc', 0, 0],
  ])('has the empty name for %s', (_, text, from, to) => {
    const { names } = createNames()
    expect(names.idOf(recordOf(text), from, to)).toBe(0)
    expect(names.at(0).label).toBe('')
  })

  it.each([
    ['default', String.raw`\xC3\xA4`, 'ä'],
    ['default', '--', '--'],
    ['default', String.raw`\x22\x5C`, '"\\'],
    ['json', String.raw`\u001b\"\\`, '\u001B"\\'],
    ['none', String.raw`\xC3`, String.raw`\xC3`],
    ['default', '__proto__', '__proto__'],
  ] as const)('shows what was escaped with escape=%s: %j', (escape, text, label) => {
    const { names } = createNames()
    expect(names.at(names.idOf(recordOf(text, escape), 0, text.length)).label).toBe(label)
  })

  it('starts anew when it is full, and says so while the old numbers still hold', () => {
    const sizes: number[] = []
    const { names } = createNames(() => {
      sizes.push(names.size)
      expect(names.at(names.size - 1).label).toBe('/scan/65535')
    })
    const record = recordOf(' '.repeat(20))
    for (let index = 0; index < 65_537; index++) {
      const length = record.bytes.write(`/scan/${index}`, 'latin1')
      names.idOf(record, 0, length)
    }
    expect(sizes).toEqual([65_537])
    expect(names.size).toBe(2)
    expect(names.at(1).label).toBe('/scan/65536')
  })
})
