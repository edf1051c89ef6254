import { describe, expect, it } from 'vitest'
import { labelOf, mayBeCut, MAX_LABEL } from '../../src/session/label.ts'

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/

describe('labelOf', () => {
  it('leaves a name whole up to as many characters as are kept', () => {
    expect(labelOf('/ws')).toBe('/ws')
    const longest = `/${'x'.repeat(MAX_LABEL - 1)}`
    expect(labelOf(longest)).toBe(longest)
  })

  it('gives the beginning of a longer one, and a hash that tells it from its neighbours', () => {
    const long = `/ws/${'x'.repeat(9000)}`
    const labels = [`${long}1`, `${long}2`, `1${long}`, long].map((text) => labelOf(text))
    for (const label of labels) expect(label).toMatch(/^1?\/ws\/x+\.\.\.#[0-9a-f]{16}$/)
    for (const label of labels) expect(label).toHaveLength(MAX_LABEL)
    expect(new Set(labels).size).toBe(4)
    expect(labelOf(`${long}1`)).toBe(labels[0])
  })

  it('is as long as is said', () => {
    expect(labelOf('x'.repeat(600), 512)).toHaveLength(512)
    expect(labelOf('x'.repeat(512), 512)).toHaveLength(512)
  })

  it('says of a label whether it may be cut', () => {
    expect(['/ws', labelOf('x'.repeat(300)), labelOf('🦀'.repeat(300)), labelOf(`x${'🦀'.repeat(300)}`)].map((label) => mayBeCut(label))).toEqual([false, true, true, true])
  })

  it('cuts no character in two', () => {
    for (const before of [0, 1]) expect(labelOf(`${'x'.repeat(before)}${'🦀'.repeat(MAX_LABEL)}`)).not.toMatch(LONE_SURROGATE)
  })

  it('keeps names apart that differ in one character, wherever it stands', () => {
    const long = 'x'.repeat(MAX_LABEL * 4)
    const labels = Array.from(long, (_, at) => labelOf(`${long.slice(0, at)}y${long.slice(at + 1)}`))
    expect(new Set(labels).size).toBe(long.length)
  })
})
