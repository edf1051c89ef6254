import type { HandshakeConsumer, NameTables } from '../session/session.ts'
import { PathCensus } from './path-census.ts'
import { Tally } from './tally.ts'

/** Takes the census of lines that are looked at ahead, and nothing else: a whole summary of them would cost as much as one that is needed. */
export class CensusTaker implements HandshakeConsumer {
  readonly census = new PathCensus()
  readonly #switched = new Tally()
  readonly #plain = new Tally()

  undecided(status: number, path: number): void {
    if (status === 101) this.#switched.add(path)
    else if ((status >= 200 && status < 300) || status === 304) this.#plain.add(path)
  }

  settle({ paths }: NameTables): void {
    this.#switched.drain((path, times) => this.census.addSwitched(pathOnly(paths.at(path).label), times))
    this.#plain.drain((path, times) => this.census.addPlainAnswer(pathOnly(paths.at(path).label), times))
  }

  covered(): void {}
  session(): void {}
  failure(): void {}
  other(): void {}
}

const pathOnly = (label: string): string => label.split('?', 1)[0]!
