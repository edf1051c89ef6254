import type { Content } from './content.ts'

/** Whether the shorter of two is the beginning of the other. Reads both up to the first difference. */
export const beginAlike = async (one: Content, other: Content): Promise<boolean> => {
  if (one.length > other.length) return beginAlike(other, one)
  if (one.head !== undefined && other.head !== undefined && !areAlike(one.head, other.head)) return false
  const longer = other.chunks()
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of one.chunks()) {
      for (let at = 0; at < chunk.length; ) {
        while (rest.length === 0) {
          const next = await longer.next()
          if (next.done === true) return false // it was truncated meanwhile
          rest = next.value
        }
        const length = Math.min(rest.length, chunk.length - at)
        if (chunk.compare(rest, 0, length, at, at + length) !== 0) return false
        at += length
        rest = rest.subarray(length)
      }
    }
    return true
  } finally {
    await longer.return(undefined)
  }
}

/** As far as both go. */
export const areAlike = (one: Buffer, other: Buffer): boolean => other.subarray(0, one.length).equals(one.subarray(0, other.length))
