import { existsSync, readdirSync } from 'node:fs'
import { ROOT } from './cli.ts'

const under = (folder: string): string[] => readdirSync(`${ROOT}${folder}`).map((name) => `${folder}/${name}`).sort()

/** The samples of the repository, by their paths from its root. */
export const SAMPLES: readonly string[] = under('samples').filter((path) => path.endsWith('.access.log'))

/** The logs of a real nginx that have the name access.log. */
export const REAL_LOGS: readonly string[] = under('test/real-logs').flatMap((folder) => (folder.endsWith('.md') ? [] : under(folder).filter((path) => path.endsWith('/access.log'))))

/** Access logs with the error logs of the same nginx, as arguments. */
export const JOINED_LOGS: readonly (readonly string[])[] = [
  ...SAMPLES.map((path) => [path, '-e', path.replace('.access.log', '.error.log')]),
  ...under('test/real-logs').flatMap((folder) => ['access', 'ws_rich'].flatMap((access) => ['error', 'error_info', 'error_warn'].map((error) => [`${folder}/${access}.log`, '-e', `${folder}/${error}.log`]))),
].filter(([access = '', , error = '']) => existsSync(`${ROOT}${access}`) && existsSync(`${ROOT}${error}`))
