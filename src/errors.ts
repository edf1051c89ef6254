/** What can go wrong in a way that the user can mend; each code is stable, for programs that use the library. */
export type WslogErrorCode =
  | 'usage'
  | 'log-format'
  | 'unknown-format'
  | 'input'
  | 'output'
  | 'state'

/**
 * An expected failure: its message says what was received and what to do, in one line (plus an
 * optional `detail` of further lines, such as a caret under a column). The command line prints it
 * and exits with 2; anything else that is thrown is a bug and keeps its stack.
 */
export class WslogError extends Error {
  readonly code: WslogErrorCode
  readonly detail: string | undefined

  constructor(code: WslogErrorCode, message: string, options: { cause?: unknown; detail?: string } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'WslogError'
    this.code = code
    this.detail = options.detail
  }
}
