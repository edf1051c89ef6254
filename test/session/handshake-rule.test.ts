import { describe, expect, it } from 'vitest'
import { type HandshakeRule, isOwnLog, isSameRule, isUnder, logFamily, WORDS_ONLY } from '../../src/session/handshake-rule.ts'

const under = (...prefixes: string[]): HandshakeRule => ({ ...WORDS_ONLY, prefixes: new Set(prefixes) })
const OWN_LOG: HandshakeRule = { ...WORDS_ONLY, ownLogs: new Set(['ws_access.log']) }

describe('isUnder', () => {
  it.each([
    ['/ws', ['/ws'], true],
    ['/ws/', ['/ws'], true],
    ['/ws/room', ['/ws'], true],
    ['/ws/a/b', ['/ws'], true],
    ['/wsx', ['/ws'], false],
    ['/', ['/ws'], false],
    ['/ws', ['/w'], false],
    ['/ws/room', ['/w'], false],
    ['/ws', ['/'], false],
    ['/', ['/'], true],
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
    ['two logs of their own', OWN_LOG, { ...OWN_LOG, ownLogs: new Set(['ws_access.log']) }, true],
    ['another log of its own', OWN_LOG, { ...OWN_LOG, ownLogs: new Set(['access.log']) }, false],
    ['named with --path or not', under(), { ...under(), isNamed: true }, false],
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

describe('isOwnLog', () => {
  it.each([
    ['no lines', 0, 0, false],
    ['plain pages only', 10, 0, false],
    ['just under half 101', 19, 9, false],
    ['exactly half 101', 20, 10, true],
    ['101 only', 1, 1, true],
  ])('%s: %4$s', (_, lines, switched, expected) => {
    expect(isOwnLog({ lines, switched })).toBe(expected)
  })
})

describe('logFamily', () => {
  it.each(['ws_access.log', 'ws_access.log.1', 'ws_access.log.12.gz', 'ws_access.log-20261120', 'ws_access.log-20261120.gz', 'ws_access.log-20261120-1795219200.gz', 'ws_access.log-2026_11_20', 'ws_access.log.2026-11-20_1.gz', 'ws_access.log.2026-11-20', 'ws_access.log.2.zst', 'ws_access.log.gz'])('%s is ws_access.log', (path) => {
    expect(logFamily(path)).toBe('ws_access.log')
  })

  it.each(['access.log', 'ws2_access.log', '/var/log/a/ws_access.log', 'ws_access.log.old', 'ws_access.log-1a2', 'ws_access.log.1.x', 'ws_access.log-1-a'])('%s is itself', (path) => {
    expect(logFamily(path)).toBe(path)
  })
})
