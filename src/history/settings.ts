import { WslogError } from '../errors.ts'

/** The options that decide what is counted: a state is about one choice of them. */
export interface Settings {
  /** Days are those of this zone; null: no log has shown its own yet. */
  readonly zone: string | null
  readonly paths: readonly string[]
  readonly hosts: readonly string[]
  readonly upstreams: readonly string[]
  readonly clients: readonly string[]
  readonly isQueryKept: boolean
  readonly isAnonymized: boolean
}

const OPTIONS: readonly [keyof Settings, string][] = [
  ['zone', '--tz'], ['paths', '--path'], ['hosts', '--host'], ['upstreams', '--upstream'], ['clients', '--client'], ['isQueryKept', '--keep-query'], ['isAnonymized', '--anonymize-ip'],
]

/** @throws WslogError `usage` when a state was made with other options: lines of both cannot be told apart any more. */
export const refuseOtherSettings = (dir: string, kept: Settings, given: Settings): void => {
  for (const [key, option] of OPTIONS) {
    if (key === 'zone' && (kept.zone === null || given.zone === null)) continue
    if (JSON.stringify(kept[key]) !== JSON.stringify(given[key])) throw new WslogError('usage', `--state ${dir}: was made with ${option} ${shown(kept[key])}, and now it is ${shown(given[key])}; give the same, or another folder`)
  }
}

const shown = (value: Settings[keyof Settings]): string => (value === null ? 'not given' : typeof value === 'boolean' ? (value ? 'given' : 'not given') : typeof value === 'string' ? value : value.length === 0 ? 'not given' : value.join(' '))
