import { type Envelope, PieceJoiner, type Unwrapping } from './envelope.ts'

const HEAD = /^(\d{4}-\d\d-\d\dT\S+) (stdout|stderr) ([FP])\S* /

/** Kubernetes' CRI (containerd, CRI-O): `2026-…Z stdout F LINE`; `P` marks a piece of a longer line. */
export const createCriEnvelope = (): Envelope => {
  const joiner = new PieceJoiner()
  return {
    unwrap(bytes: Buffer, from: number, end: number): Unwrapping {
      const head = HEAD.exec(bytes.toString('latin1', from, Math.min(end, from + 80)))
      if (head === null) return undefined
      const stream = head[2] === 'stderr' ? 'stderr' : 'stdout'
      const piece = bytes.subarray(from + head[0].length, end)
      if (head[3] === 'P') {
        joiner.hold(stream, piece)
        return 'piece'
      }
      const line = joiner.join(stream, piece)
      return { bytes: line, from: 0, end: line.length, timeMs: Date.parse(head[1]!), stream }
    },
  }
}
