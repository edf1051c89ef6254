import { type Envelope, PieceJoiner, type Unwrapping } from './envelope.ts'

/**
 * Docker's json-file driver: `{"log":"LINE\n","stream":"stdout","time":"2026-…Z"}`. A line over 16 KiB
 * comes in several, all but the last without the `\n`.
 */
export const createDockerEnvelope = (): Envelope => {
  const joiner = new PieceJoiner()
  return {
    unwrap(bytes: Buffer, from: number, end: number): Unwrapping {
      const entry = parse(bytes.toString('utf8', from, end))
      if (entry === undefined) return undefined
      const stream = entry.stream === 'stderr' ? 'stderr' : 'stdout'
      const isWhole = entry.log.endsWith('\n')
      const piece = Buffer.from(isWhole ? entry.log.replace(/\r?\n$/, '') : entry.log, 'utf8')
      if (!isWhole) {
        joiner.hold(stream, piece)
        return 'piece'
      }
      const line = joiner.join(stream, piece)
      return { bytes: line, from: 0, end: line.length, timeMs: Date.parse(entry.time), stream }
    },
  }
}

const parse = (text: string): { log: string; stream: unknown; time: string } | undefined => {
  if (!text.startsWith('{')) return undefined
  try {
    const { log, stream, time } = JSON.parse(text) as Record<string, unknown>
    return typeof log === 'string' ? { log, stream, time: String(time) } : undefined
  } catch {
    return undefined // cut off or not JSON: the caller counts the line as broken
  }
}
