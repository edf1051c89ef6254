import { describe, expect, it } from 'vitest'
import { anonymizeAddress, cidrMatcher } from '../../src/session/address.ts'

describe('cidrMatcher', () => {
  it.each([
    ['10.0.0.0/8', '10.1.2.3', true],
    ['10.0.0.0/8', '11.1.2.3', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['192.168.1.0/24', '192.168.1.255', true],
    ['192.168.1.0/24', '192.168.2.0', false],
    ['192.168.1.128/25', '192.168.1.127', false],
    ['192.168.1.4/30', '192.168.1.7', true],
    ['192.168.1.4/30', '192.168.1.8', false],
    ['0.0.0.0/0', '255.255.255.255', true],
    ['0.0.0.0/0', '::1', false],
    ['1.2.3.4', '1.2.3.4', true],
    ['1.2.3.4', '1.2.3.5', false],
    ['1.2.3.4/32', '1.2.3.4', true],
    ['255.255.255.255/1', '128.0.0.0', true],
    ['2001:db8::/32', '2001:db8:ffff::1', true],
    ['2001:db8::/32', '2001:db9::1', false],
    ['::/0', 'fe80::1', true],
    ['::/0', '10.0.0.1', false],
    ['::1', '0:0:0:0:0:0:0:1', true],
    ['fe80::/10', 'febf::1', true],
    ['fe80::/10', 'fec0::1', false],
    ['2001:DB8::A', '2001:db8::a', true],
    ['::ffff:10.0.0.0/104', '::ffff:10.9.9.9', true],
    ['::ffff:10.0.0.0/104', '::ffff:11.9.9.9', false],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0', true],
    ['10.0.0.0/8', 'unix:', false],
    ['10.0.0.0/8', '', false],
    ['10.0.0.0/8', '10.0.0.256', false],
  ])('%s holds %j: %s', (network, address, expected) => {
    expect(cidrMatcher(network)!(address)).toBe(expected)
  })

  it.each([
    '', 'a', '10.0.0', '10.0.0.0.0', '10.0.0.256', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/1.5', '10.0.0.0/', '10.0.0.0/a', '10.0.0.0/8/8', '10.0.0.0/ 8', '10.0.0.0/0x8', '10.0.0.0/1e1',
    '::/129', ':::', '1::2::3', '1:2:3', '1:2:3:4:5:6:7:8:9', '1:2:3:4:5:6:7:8::', '12345::', 'g::', 'unix:', '10.*',
  ])('takes %j for no network', (text) => {
    expect(cidrMatcher(text)).toBeUndefined()
  })
})

describe('anonymizeAddress', () => {
  it.each([
    ['203.0.113.77', '203.0.113.0'],
    ['203.0.113.0', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['2001:db8::1', '2001:db8:0::'],
    ['2001:DB8:AB::1', '2001:db8:ab::'],
    ['unix:', 'unix:'],
    ['', ''],
    ['localhost', 'localhost'],
    ['203.0.113.777', '203.0.113.777'],
  ])('%j becomes %j', (address, expected) => {
    expect(anonymizeAddress(address)).toBe(expected)
  })

  it.each(['::1', 'fe80::1', '::ffff:203.0.113.77', '2001:db8::1'])('leaves of %s the first 48 bits, in a form that is still an address', (address) => {
    const anonymous = anonymizeAddress(address)
    expect(cidrMatcher(anonymous)).toBeDefined()
    expect(cidrMatcher(`${address}/48`)!(anonymous)).toBe(true)
    expect(cidrMatcher(`${anonymous}/128`)!(address)).toBe(false)
    expect(anonymizeAddress(anonymous)).toBe(anonymous)
  })
})
