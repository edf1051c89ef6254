import { Field } from '../log-format/fields.ts'
import type { AccessRecord } from '../log-format/record.ts'

/** Versions of HTTP in which a handshake may be asked for; `unknown` where the format does not tell. */
export const Protocol = { unknown: 0, http10: 10, http11: 11, http2: 20, http3: 30 } as const
export type Protocol = (typeof Protocol)[keyof typeof Protocol]

/** `HTTP/`, `1.1` as four bytes each: the last eight of `$request` are `HTTP/1.1`. */
const HTTP = 0x4854_5450
const VERSIONS: Readonly<Record<number, Protocol>> = { 0x2f31_2e30: Protocol.http10, 0x2f31_2e31: Protocol.http11, 0x2f32_2e30: Protocol.http2, 0x2f33_2e30: Protocol.http3 }

/** The version that `$request` ends with. */
export const protocolOf = ({ view, from, to }: AccessRecord): Protocol => {
  const end = to[Field.request]!
  if (end - from[Field.request]! < 8 || view.getInt32(end - 8) !== HTTP) return Protocol.unknown
  return VERSIONS[view.getInt32(end - 4)] ?? Protocol.unknown
}
