import type { HandshakeConsumer, NameTables } from '../session/session.ts'
import { PathCensus } from './path-census.ts'
import { UndecidedPaths } from './undecided-paths.ts'

/** Takes the census of lines that are looked at ahead, and nothing else: a whole summary of them would cost as much as one that is needed. */
export class CensusTaker implements HandshakeConsumer {
  readonly census = new PathCensus()
  readonly #paths = new UndecidedPaths()

  undecided(status: number, path: number): void {
    this.#paths.add(status, path)
  }

  settle(names: NameTables): void {
    this.#paths.settle(this.census, names)
  }

  covered(): void {}
  session(): void {}
  failure(): void {}
  other(): void {}
}
