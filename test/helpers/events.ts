import type { Name, NameTable } from '../../src/session/names.ts'
import type { HandshakeEvent, NameTables } from '../../src/session/session.ts'

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
})

class Table implements NameTable {
  readonly #labels = ['']
  readonly #ids = new Map([['', 0]])

  get size(): number {
    return this.#labels.length
  }

  at(id: number): Name {
    return { label: this.#labels[id]!, isKept: true }
  }

  idOf(label: string): number {
    const known = this.#ids.get(label)
    if (known !== undefined) return known
    this.#ids.set(label, this.#labels.length)
    return this.#labels.push(label) - 1
  }
}

/** Makes events of plain values as a session reader does: names by number, for one consumer. */
export class EventMaker {
  readonly names = { upstreams: new Table(), hosts: new Table(), paths: new Table(), clients: new Table() } satisfies NameTables

  event({ client, host, path, upstream, ...rest }: PlainEvent): HandshakeEvent {
    const { clients, hosts, paths, upstreams } = this.names
    return { ...rest, client: clients.idOf(client), host: hosts.idOf(host), path: paths.idOf(path), upstream: upstreams.idOf(upstream ?? ''), isUpstreamKnown: upstream !== undefined }
  }

  path(label: string): number {
    return this.names.paths.idOf(label)
  }
}
