import { type Confidence, type HandshakeCause, isFault, type Layer, LAYER_OF, type SessionCause } from './cause.ts'

/** What is said of one session or one failed handshake. There is one object for each combination: compare them by identity. */
export interface Verdict<Cause extends SessionCause | HandshakeCause = SessionCause | HandshakeCause> {
  readonly cause: Cause
  readonly layer: Layer
  readonly confidence: Confidence
  /** Of a session: an ending that nobody asked for. */
  readonly isFault: boolean
  /** A small number of its own, for counting; not the same from run to run. */
  readonly number: number
}

/** By cause: a search through a few is faster than a key made for each. */
const known = new Map<string, Verdict[]>()
const all: Verdict[] = []

/** The verdict with this number. */
export const verdictByNumber = (number: number): Verdict => all[number]!

export const verdictOf = (cause: SessionCause | HandshakeCause, layer: Layer, confidence: Confidence): Verdict => {
  const ofCause = known.get(cause) ?? []
  for (const one of ofCause) if (one.layer === layer && one.confidence === confidence) return one
  const verdict = { cause, layer, confidence, isFault: cause in LAYER_OF && isFault(cause as SessionCause), number: all.length }
  known.set(cause, [...ofCause, verdict])
  all.push(verdict)
  return verdict
}

export const endingVerdict = (cause: SessionCause, confidence: Confidence): Verdict<SessionCause> => verdictOf(cause, LAYER_OF[cause], confidence) as Verdict<SessionCause>

export const failureVerdict = (cause: HandshakeCause, layer: Layer, confidence: Confidence): Verdict<HandshakeCause> => verdictOf(cause, layer, confidence) as Verdict<HandshakeCause>
