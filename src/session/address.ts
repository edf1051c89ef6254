/** The 8 groups of an IPv6 address, or undefined when the text is none. */
const ipv6Groups = (text: string): number[] | undefined => {
  const [head = '', tail, more] = text.toLowerCase().split('::')
  if (more !== undefined || !text.includes(':')) return undefined
  const left = groupsOf(head)
  const right = tail === undefined ? [] : groupsOf(tail)
  if (left === undefined || right === undefined) return undefined
  const missing = 8 - left.length - right.length
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  return [...left, ...Array<number>(missing).fill(0), ...right]
}

const groupsOf = (text: string): number[] | undefined => {
  if (text === '') return []
  const groups: number[] = []
  for (const part of text.split(':')) {
    const quad = ipv4Bytes(part)
    if (quad !== undefined) groups.push((quad[0]! << 8) | quad[1]!, (quad[2]! << 8) | quad[3]!)
    else if (/^[0-9a-f]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16))
    else return undefined
  }
  return groups
}

const ipv4Bytes = (text: string): number[] | undefined => {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)
  const bytes = match?.slice(1).map(Number)
  return bytes?.every((byte) => byte <= 255) ? bytes : undefined
}

/** The bits of an IPv4 (32) or IPv6 (128) address; undefined for anything else (`unix:`). */
const addressBits = (text: string): { bits: bigint; size: 32 | 128 } | undefined => {
  const quad = ipv4Bytes(text)
  if (quad !== undefined) return { bits: BigInt(`0b${quad.map((byte) => byte.toString(2).padStart(8, '0')).join('')}`), size: 32 }
  const groups = ipv6Groups(text)
  if (groups !== undefined) return { bits: BigInt(`0b${groups.map((group) => group.toString(2).padStart(16, '0')).join('')}`), size: 128 }
  return undefined
}

/** A test for `10.0.0.0/8`, `2001:db8::/32` or a single address; undefined when the text is none of them. */
export const cidrMatcher = (text: string): ((address: string) => boolean) | undefined => {
  const [network = '', length, more] = text.split('/')
  const base = addressBits(network)
  if (base === undefined || more !== undefined) return undefined
  const prefix = length === undefined ? base.size : Number(length)
  if ((length !== undefined && !/^\d{1,3}$/.test(length)) || prefix > base.size) return undefined
  const shift = BigInt(base.size - prefix)
  return (address) => {
    const other = addressBits(address)
    return other !== undefined && other.size === base.size && other.bits >> shift === base.bits >> shift
  }
}

/** The address with its last octet (IPv4) or its last 80 bits (IPv6) set to zero; other texts as they are. */
export const anonymizeAddress = (text: string): string => {
  const quad = ipv4Bytes(text)
  if (quad !== undefined) return `${quad.slice(0, 3).join('.')}.0`
  const groups = ipv6Groups(text)
  if (groups === undefined) return text
  const kept = groups.slice(0, 3).map((group) => group.toString(16))
  return `${kept.join(':')}::`
}
