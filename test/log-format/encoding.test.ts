import { describe, expect, it } from 'vitest'
import { wideEncodingHint, wideEncodingOf } from '../../src/log-format/encoding.ts'
import { wsLine } from '../helpers/ws-line.ts'

const LOG = wsLine().repeat(50)
const MARK = '\uFEFF'
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')
const utf32 = (text: string): Buffer => Buffer.from(Uint32Array.from([...text], (char) => char.codePointAt(0)!).buffer)

describe('wideEncodingOf', () => {
  it.each([
    ['UTF-16LE', utf16(MARK + LOG)],
    ['UTF-16BE', utf16(MARK + LOG).swap16()],
    ['UTF-16LE', utf16(LOG)],
    ['UTF-16BE', utf16(LOG).swap16()],
    ['UTF-32LE', utf32(MARK + LOG)],
    ['UTF-32BE', utf32(MARK + LOG).swap32()],
    // One character in ten is of another script, and has no zero.
    ['UTF-16LE', utf16('wslog log\u4e2d'.repeat(50))],
    ['UTF-16BE', utf16('wslog log\u4e2d'.repeat(50)).swap16()],
    ['UTF-16LE', utf16(`${MARK}\u4e2d`)],
  ])('names %s', (name, bytes) => {
    expect(wideEncodingOf(bytes)).toBe(name)
  })

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['three bytes', utf16(`${MARK}a`).subarray(0, 3)],
    ['ASCII', Buffer.from(LOG)],
    ['UTF-8 with a byte order mark', Buffer.from(MARK + LOG)],
    ['zeros alone', Buffer.alloc(5000)],
    ['noise', Buffer.from(Uint8Array.from({ length: 5000 }, (__, index) => (index * 2_654_435_761) >>> 24))],
    ['text with a zero here and there', Buffer.from(LOG.replaceAll('ws', 'w\0'))],
    ['text with a zero in every fourth byte', Buffer.from('ab\0c'.repeat(1000))],
  ])('names none: %s', (_, bytes) => {
    expect(wideEncodingOf(bytes)).toBeUndefined()
  })

  it('looks at the beginning of a long text alone', () => {
    expect(wideEncodingOf(Buffer.concat([Buffer.from('a'.repeat(4096)), utf16(LOG.repeat(10))]))).toBeUndefined()
  })
})

it('says what to do with it', () => {
  expect(wideEncodingHint('UTF-16LE', 'a.log')).toBe('is text in UTF-16LE, and logs are UTF-8; make it so: iconv -f UTF-16LE -t UTF-8 a.log')
})
