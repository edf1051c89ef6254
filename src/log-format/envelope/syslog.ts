import type { Envelope, Unwrapping } from './envelope.ts'

// nginx itself writes `<190>Nov 21 00:30:20 host tag: LINE`, the host left out with `nohostname`; a daemon
// that stores it drops the priority and may write the time as ISO 8601 (RFC 3164 and rsyslog's file format).
const BSD = /^(?:<\d{1,3}>)?(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|(\d{4}-\d\d-\d\dT\S+)) (?:[^\s:]+ )?[\w./-]+(?:\[\d+\])?: ?/
// RFC 5424: `<190>1 TIME HOST APP PROCID MSGID SD MESSAGE`.
const IETF = /^<\d{1,3}>1 (\S+) \S+ \S+ \S+ \S+ (?:-|(?:\[[^\]]*\])+) (?:\u00EF\u00BB\u00BF)?/

/** A syslog header before the nginx line, as nginx sends it or as a syslog daemon stores it. */
export const createSyslogEnvelope = (): Envelope => ({
  unwrap(bytes: Buffer, from: number, end: number): Unwrapping {
    const start = bytes.toString('latin1', from, Math.min(end, from + 512))
    const head = BSD.exec(start) ?? IETF.exec(start)
    if (head === null) return undefined
    return { bytes, from: from + head[0].length, end, timeMs: head[1] === undefined ? Number.NaN : Date.parse(head[1]), stream: 'stdout' }
  },
})
