import type { NameTables } from '../session/session.ts'
import type { PathCensus } from './path-census.ts'
import { Tally } from './tally.ts'

/** Lines of formats without `$http_upgrade` on their way into a census, by the numbers of their paths. */
export class UndecidedPaths {
  readonly #switched = new Tally()
  readonly #plain = new Tally()

  add(status: number, path: number): void {
    if (status === 101) this.#switched.add(path)
    else if ((status >= 200 && status < 300) || status === 304) this.#plain.add(path)
  }

  /** Puts all into the census. */
  settle(census: PathCensus, { paths }: Pick<NameTables, 'paths'>): void {
    this.#switched.drain((path, times) => census.addSwitched(pathOnly(paths.at(path).label), times))
    this.#plain.drain((path, times) => census.addPlainAnswer(pathOnly(paths.at(path).label), times))
  }
}

/** With `--keep-query` a path's label has its query. */
const pathOnly = (label: string): string => label.split('?', 1)[0]!
