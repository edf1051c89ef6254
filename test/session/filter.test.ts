import { describe, expect, it } from 'vitest'
import { WslogError } from '../../src/errors.ts'
import { anyTest, clientTest, textTest } from '../../src/session/filter.ts'

describe('textTest', () => {
  it.each([
    ['/ws', '/ws', true],
    ['/ws', '/ws/room', true],
    ['/ws', '/wsx', true],
    ['/ws', '/', false],
    ['', 'anything', true],
    ['/ws/*', '/ws/room', true],
    ['/ws/*', '/ws', false],
    ['*/room', '/ws/room', true],
    ['*/room', '/ws/room/1', false],
    ['/a*b*c', '/a-b-b-c', true],
    ['/a*b*c', '/a-c-b', false],
    ['*', '', true],
    ['/a.b*', '/axb', false],
    ['/a+(b)[c]$^|\\{}?*', '/a+(b)[c]$^|\\{}?x', true],
    ['/ws*', '/ws\nmore', true],
    ['a.example', 'A.example', false],
  ])('%j keeps %j: %s', (pattern, text, expected) => {
    expect(textTest(pattern)(text)).toBe(expected)
  })
})

describe('clientTest', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.10', false],
    ['10.0.0.', '10.0.0.10', true],
    ['10.*', '10.9.9.9', true],
    ['10.*', '110.9.9.9', false],
    ['10.0.0.0/8', '10.255.1.2', true],
    ['2001:db8::/32', '2001:db8:1::5', true],
    ['2001:db8::1', '2001:DB8:0:0::1', true],
    ['unix:', 'unix:', true],
  ])('%j keeps %j: %s', (pattern, client, expected) => {
    expect(clientTest(pattern)(client)).toBe(expected)
  })

  it.each(['10.0.0.0/33', '10.0.0/8', '10.0.0.0/', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/x', '::/129', 'a/b'])('refuses %j, and says what to write', (pattern) => {
    expect(() => clientTest(pattern)).toThrow(WslogError)
    expect(() => clientTest(pattern)).toThrow(/--client .*CIDR/)
  })
})

describe('anyTest', () => {
  it.each([
    ['no patterns keep all', [], 'x', true],
    ['one that holds', ['a'], 'a', true],
    ['any of several', ['a', 'b'], 'b', true],
    ['none of them', ['a', 'b'], 'c', false],
  ])('%s', (_, patterns, text, expected) => {
    expect(anyTest(patterns, textTest)(text)).toBe(expected)
  })
})
