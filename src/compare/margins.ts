/**
 * What is too small to matter, however sure it is: of a million handshakes 99.91 % and 99.90 % differ beyond chance, and
 * nobody should be called for it. The part that counts is of the mean of both, so that it is the same either way round.
 */
export interface Margin {
  /** Of the mean of before and after. */
  readonly part: number
  /** Never less than this. */
  readonly least: number
}

/** A thousandth of all handshakes, or a tenth of those that fail. */
export const SUCCESS_RATE: Margin = { part: 0.1, least: 0.001 }
export const FAILURE: Margin = { part: 0.2, least: 0.001 }
/** One in 500 sessions, or a fifth of those that end so. */
export const ENDING: Margin = { part: 0.2, least: 0.002 }
export const LIFETIME: Margin = { part: 0.2, least: 0.05 }
export const TRAFFIC: Margin = { part: 0.2, least: 0 }

export const marginOf = ({ part, least }: Margin, before: number, after: number): number => Math.max(least, (part * (before + after)) / 2)
