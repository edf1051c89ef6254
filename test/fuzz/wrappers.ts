import { createCriEnvelope } from '../../src/log-format/envelope/cri.ts'
import { createDockerEnvelope } from '../../src/log-format/envelope/docker.ts'
import type { Envelope } from '../../src/log-format/envelope/envelope.ts'
import { createSyslogEnvelope } from '../../src/log-format/envelope/syslog.ts'

export type Wrapper = 'none' | 'docker' | 'cri' | 'syslog' | 'syslog 5424'

export const WRAPPERS: readonly Wrapper[] = ['none', 'none', 'none', 'docker', 'cri', 'syslog', 'syslog 5424']

const CREATE = { none: undefined, docker: createDockerEnvelope, cri: createCriEnvelope, syslog: createSyslogEnvelope, 'syslog 5424': createSyslogEnvelope } as const

export const envelopeOf = (wrapper: Wrapper): Envelope | undefined => CREATE[wrapper]?.()

/** A line of nginx's as a container runtime or a syslog daemon stores it. */
export const wrapped = (wrapper: Wrapper, line: string, stream: 'stdout' | 'stderr'): string => {
  switch (wrapper) {
    case 'none':
      return line
    case 'docker':
      // The driver writes UTF-8, whatever nginx wrote.
      return Buffer.from(JSON.stringify({ log: `${line}\n`, stream, time: '2026-11-21T00:03:32.123456789Z' }), 'utf8').toString('latin1')
    case 'cri':
      return `2026-11-21T00:03:32.123456789Z ${stream} F ${line}`
    case 'syslog':
      return `<190>Nov 21 00:30:20 vm nginx: ${line}`
    case 'syslog 5424':
      return `<190>1 2026-11-21T00:03:32.123Z vm nginx 7 - - ${line}`
  }
}

/** Whether a line as it is stored is only a piece of one of nginx's, so that it takes the next line along. */
export const isPiece = (wrapper: Wrapper, stored: string): boolean => {
  const bytes = Buffer.from(stored, 'latin1')
  return envelopeOf(wrapper)?.unwrap(bytes, 0, bytes.length) === 'piece'
}
