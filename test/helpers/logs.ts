import { readdirSync } from 'node:fs'
import { ROOT } from './cli.ts'

const under = (folder: string): string[] => readdirSync(`${ROOT}${folder}`).map((name) => `${folder}/${name}`).sort()

/** The samples of the repository, by their paths from its root. */
export const SAMPLES: readonly string[] = under('samples').filter((path) => path.endsWith('.access.log'))

/** The logs of a real nginx that have the name access.log. */
export const REAL_LOGS: readonly string[] = under('test/real-logs').flatMap((folder) => (folder.endsWith('.md') ? [] : under(folder).filter((path) => path.endsWith('/access.log'))))
