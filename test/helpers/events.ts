import { Protocol } from '../../src/session/protocol.ts'
import type { HandshakeCause, SessionCause } from '../../src/cause/cause.ts'
import { endingVerdict, type Verdict } from '../../src/cause/verdict.ts'
import { causeOfFailure } from '../../src/session/handshake-cause.ts'
import type { FailureEvent, HandshakeEvent, NameTables, SessionEvent } from '../../src/session/session.ts'
import { HandshakeRows, Kind } from '../../src/session/handshake-rows.ts'
import { Table } from './name-table.ts'

/** A handshake in plain values. */
export interface PlainEvent {
  readonly endedAtMs: number
  readonly startedAtMs: number
  readonly durationMs: number
  readonly status: number
  readonly bytesToClient: number
  readonly client: string
  readonly host: string
  readonly path: string
  /** Undefined: the format has no `$upstream_addr`. */
  readonly upstream: string | undefined
  /** None unless given. */
  readonly userAgent?: string
  /** 1 unless given. */
  readonly tries?: number
  readonly isComplete?: boolean | undefined
  /** Unless given: of a 101 that nothing is known of its end, else what the line by itself says. */
  readonly verdict?: Verdict<SessionCause | HandshakeCause>
  /** False unless given. */
  readonly isExplained?: boolean
  /** -1, none, unless given. */
  readonly cluster?: number
  /** Unknown unless given. */
  readonly protocol?: Protocol
}

export const plainEvent = (event: HandshakeEvent, names: NameTables): PlainEvent => ({
  endedAtMs: event.endedAtMs,
  startedAtMs: event.startedAtMs,
  durationMs: event.durationMs,
  status: event.status,
  bytesToClient: event.bytesToClient,
  client: names.clients.at(event.client).label,
  host: names.hosts.at(event.host).label,
  path: names.paths.at(event.path).label,
  upstream: event.isUpstreamKnown ? names.upstreams.at(event.upstream).label : undefined,
  userAgent: names.userAgents.at(event.userAgent).label,
  tries: event.tries,
  isComplete: event.isComplete,
  verdict: event.verdict,
  isExplained: event.isExplained,
  cluster: event.cluster,
})

interface EventConsumer {
  session(event: SessionEvent, names: NameTables): void
  failure(event: FailureEvent, names: NameTables): void
}

const verdictByItself = ({ status, durationMs }: Pick<PlainEvent, 'status' | 'durationMs'>, upstream: string | undefined): Verdict<SessionCause | HandshakeCause> =>
  status === 101 ? endingVerdict('closed', 'guess') : causeOfFailure({ status, upstream, durationMs, isConnected: undefined, isLogged: false })

/** Makes events of plain values as a session reader does: names by number, for one consumer. */
export class EventMaker {
  readonly names = { upstreams: new Table(), hosts: new Table(), paths: new Table(), clients: new Table(), userAgents: new Table() } satisfies NameTables

  event({ client, host, path, upstream, userAgent = '', tries = 1, isComplete, verdict, isExplained = false, cluster = -1, protocol = Protocol.unknown, ...rest }: PlainEvent): HandshakeEvent {
    const { clients, hosts, paths, upstreams, userAgents } = this.names
    return {
      ...rest, tries, isComplete, isExplained, cluster, protocol, verdict: verdict ?? verdictByItself(rest, upstream),
      client: clients.idOf(client), host: hosts.idOf(host), path: paths.idOf(path), upstream: upstreams.idOf(upstream ?? ''), userAgent: userAgents.idOf(userAgent), isUpstreamKnown: upstream !== undefined,
    }
  }

  /** Gives the event to a consumer, by its status as a session or as a failure. */
  tell(consumer: EventConsumer, plain: PlainEvent): void {
    const event = this.event(plain)
    if (plain.status === 101) consumer.session(event as SessionEvent, this.names)
    else consumer.failure(event as FailureEvent, this.names)
  }

  /** Sessions as rows. */
  rows(plain: readonly PlainEvent[]): HandshakeRows {
    const rows = new HandshakeRows(plain.length)
    for (const event of plain) rows.push(Kind.session, this.event(event))
    return rows
  }

  path(label: string): number {
    return this.names.paths.idOf(label)
  }
}
