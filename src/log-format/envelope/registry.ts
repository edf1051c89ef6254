import { createCriEnvelope } from './cri.ts'
import { createDockerEnvelope } from './docker.ts'
import type { Envelope } from './envelope.ts'
import { createSyslogEnvelope } from './syslog.ts'

/** The wrappers that wslog knows, by the name that a report shows. */
export const ENVELOPES: ReadonlyMap<string, () => Envelope> = new Map([
  ['docker', createDockerEnvelope],
  ['cri', createCriEnvelope],
  ['syslog', createSyslogEnvelope],
])
