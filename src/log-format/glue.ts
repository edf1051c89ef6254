import type { LineParser, AccessRecord } from './record.ts'

const ADDRESS_LENGTH = 64
/** Places tried in a line. A torn line is glued to one other; what begins again and again is no log of nginx's. */
const MAX_TRIES = 32
const BYTE = String.raw`(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)`
const IPV4 = new RegExp(String.raw`^(?:${BYTE}\.){3}${BYTE}$`)
// As inet_ntop writes them: eight groups, or fewer around one "::"; the last two may be an IPv4 address.
const IPV6 = new RegExp(String.raw`^(?!.*::.*::)(?=(?:[^:]*:){7}[^:]*$|.*::)(?:[0-9a-f]{1,4}|(?=:))(?::[0-9a-f]{0,4}){1,7}(?:(?<=:)\d{0,3}(?:\.${BYTE}){3})?$`)

/**
 * Where a whole line starts behind the torn one that it is glued to; -1 when nothing behind the first
 * byte is a line. When the disk was full, nginx's last line ends in the middle, and the first one after
 * space returned is written right behind it (measured on ENOSPC).
 *
 * A format that opens with a literal is looked for by it; one that opens with the client's address by a
 * real address, the longest that fits. The number of tries is bounded, and so the time linear in the length.
 */
export const findGluedLine = (parser: LineParser, opening: Uint8Array, bytes: Buffer, from: number, end: number, record: AccessRecord): number => {
  if (opening.length > 0) {
    const line = bytes.subarray(from, end)
    for (let tries = 0, index = line.indexOf(opening, 1); index >= 0 && tries < MAX_TRIES; index = line.indexOf(opening, index + 1), tries++) {
      if (parser.parse(bytes, from + index, end, record)) return from + index
    }
    return -1
  }
  let tries = 0
  for (let space = bytes.indexOf(32, from); space >= 0 && space < end && tries < MAX_TRIES; space = bytes.indexOf(32, space + 1)) {
    const wordFrom = Math.max(from + 1, bytes.lastIndexOf(32, space - 1) + 1, space - ADDRESS_LENGTH)
    for (let at = wordFrom; at < space; at++) {
      const word = bytes.toString('latin1', at, space)
      if (!isAddress(word)) continue
      tries++
      if (parser.parse(bytes, at, end, record)) return at
      break
    }
  }
  return -1
}

const isAddress = (word: string): boolean => word === 'unix:' || IPV4.test(word) || IPV6.test(word)
