import type { EndMark, OpenMark } from '../../src/session/open-marks.ts'
import { MAX_OPEN, OpenSessions } from '../../src/session/open-sessions.ts'

const idOf = (id: number): { hasId: boolean; idHigh: number; idLow: number } => ({ hasId: id >= 0, idHigh: Math.imul(id, 0x9e37_79b1), idLow: Math.imul(id, 0x85eb_ca6b) })

/** A marker; `id` -1: its line has no `$request_id`. */
export const mark = ({ id = -1, ...parts }: Partial<OpenMark> & { readonly id?: number } = {}): OpenMark => ({
  atMs: 0, clockStepMs: 1, connection: -1, requests: -1, pid: -1, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: 'backend', ...idOf(id), ...parts,
})

/** The line of an end. */
export const end = ({ id = -1, ...parts }: Partial<EndMark> & { readonly id?: number } = {}): EndMark => ({
  startedAtMs: 0, endedAtMs: 0, clockStepMs: 1, answerMs: Number.NaN, isHandshake: true, connection: -1, requests: -1, pid: -1, ...idOf(id), ...parts,
})

export const openSessions = ({ maxOpen = MAX_OPEN, infersRestarts = true }: { readonly maxOpen?: number; readonly infersRestarts?: boolean } = {}): OpenSessions => new OpenSessions({ maxOpen, infersRestarts })
