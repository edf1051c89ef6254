import { describe, expect, it } from 'vitest'
import { type HandshakeRule, isSameRule, isUnder } from '../../src/session/handshake-rule.ts'

const under = (...prefixes: string[]): HandshakeRule => ({ kind: 'paths', prefixes: new Set(prefixes) })
const OWN_LOG: HandshakeRule = { kind: 'own-log' }

describe('isUnder', () => {
  it.each([
    ['/ws', ['/ws'], true],
    ['/ws/', ['/ws'], true],
    ['/ws/room', ['/ws'], true],
    ['/ws/a/b', ['/ws'], true],
    ['/wsx', ['/ws'], false],
    ['/', ['/ws'], false],
    ['', ['/ws'], false],
    ['/live/a', ['/live/'], true],
    ['/live/', ['/live/'], true],
    ['/live', ['/live/'], false],
    ['/a/live/b', ['/live/'], false],
    ['/a/live/b', ['/a/live/'], true],
    ['/a/live/b/c', ['/x', '/a/live'], true],
    ['/ws', [], false],
    ['/WS', ['/ws'], false],
    ['/__proto__/a', ['/constructor'], false],
  ])('%s under %j: %s', (path, prefixes, expected) => {
    expect(isUnder(path, new Set(prefixes))).toBe(expected)
  })
})

describe('isSameRule', () => {
  it.each([
    ['two logs of their own', OWN_LOG, { kind: 'own-log' }, true],
    ['one of its own, one by paths', OWN_LOG, under(), false],
    ['no paths', under(), under(), true],
    ['the same paths in another order', under('/a', '/b'), under('/b', '/a'), true],
    ['other paths', under('/a'), under('/b'), false],
    ['fewer paths', under('/a'), under('/a', '/b'), false],
    ['more paths', under('/a', '/b'), under('/a'), false],
  ] as const)('%s', (_, a, b, expected) => {
    expect(isSameRule(a, b)).toBe(expected)
    expect(isSameRule(b, a)).toBe(expected)
  })
})
