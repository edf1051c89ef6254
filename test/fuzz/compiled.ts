import { WslogError } from '../../src/errors.ts'
import { compileFormat, type LogFormat } from '../../src/log-format/compile.ts'
import type { LogFormatDirective } from '../../src/log-format/directive.ts'

const formats = new Map<string, LogFormat>()

/** A format, compiled once. */
export const compiled = (directive: LogFormatDirective): LogFormat => {
  const key = `${directive.escape} ${directive.value}`
  const format = formats.get(key) ?? compileFormat(directive.name, directive)
  formats.set(key, format)
  return format
}

/** Undefined: the text is none that nginx takes, or no reader could read its lines. */
export const compiledUnlessRefused = (directive: LogFormatDirective): LogFormat | undefined => {
  try {
    return compileFormat(directive.name, directive)
  } catch (error) {
    if (error instanceof WslogError) return undefined
    throw error
  }
}
