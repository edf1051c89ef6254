/** How a command talks to the world; the command line gives it the real one. */
export interface Streams {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
  readonly now: () => number
  /** Aborted at ^C: what is known by then is reported. */
  readonly signal: AbortSignal
  /** To be called when there is nothing left that the signal would end early: the next ^C ends the program. */
  readonly onRead: () => void
}

/** Of a command that writes as much as it reads. */
export interface ListingStreams extends Streams {
  /** Resolves once standard output has room again, or the signal is aborted. */
  readonly drained: () => Promise<void>
}
