/** Enough to tell; a byte order mark is the first of them. */
const LOOKED_AT = 1 << 12
/** Text in Latin letters has a zero in every second byte; some other characters may be among them. */
const MOST = 0.8

/**
 * The encoding of a text that has two or four bytes a character, by its byte order mark or by its zeros; undefined: it is not in one.
 * nginx writes none of them: a log gets so on its way, in an editor or a shell (PowerShell's `>`).
 */
export const wideEncodingOf = (sample: Buffer): string | undefined => {
  const head = sample.subarray(0, LOOKED_AT)
  if (head.length < 4) return undefined
  if (head.readUInt32LE(0) === 0xfeff) return 'UTF-32LE'
  if (head.readUInt32BE(0) === 0xfeff) return 'UTF-32BE'
  if (head.readUInt16LE(0) === 0xfeff) return 'UTF-16LE'
  if (head.readUInt16BE(0) === 0xfeff) return 'UTF-16BE'
  const zeros = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at & 1]!++
  const [even, odd] = zeros.map((count) => count / (head.length / 2)) as [number, number]
  if (odd > MOST && even < 1 - MOST) return 'UTF-16LE'
  if (even > MOST && odd < 1 - MOST) return 'UTF-16BE'
  return undefined
}

/** What a person should know of it, and do. */
export const wideEncodingHint = (encoding: string, path: string): string => `is text in ${encoding}, and logs are UTF-8; make it so: iconv -f ${encoding} -t UTF-8 ${path}`
