import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { WS_JSON } from '../access-line.ts'
import type { Logs } from '../logs.ts'
import type { Program } from './program.ts'

const PACKAGE = '@duckdb/node-api'
const VERSION = '1.5.6-r.1'

/** Outside the repository, so that it is never a dependency of it. */
const FOLDER = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'wslog-bench', `duckdb-${VERSION}`)

/** Prints the rows of the query, its second argument, as JSON; the package comes from the folder that is the first. */
const RUN = `const { DuckDBInstance } = require('node:module').createRequire(process.argv[1] + '/')('${PACKAGE}')
DuckDBInstance.create(':memory:').then((database) => database.connect()).then((connection) => connection.runAndReadAll(process.argv[2])).then((reader) => console.log(JSON.stringify(reader.getRowsJson())))`

const isInstalled = (): boolean => {
  const manifest = join(FOLDER, 'node_modules', PACKAGE, 'package.json')
  return existsSync(manifest) && (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version === VERSION
}

/** Its binary is a package of npm's of its own for every platform, so no script of a package need run. */
const install = (): boolean => {
  if (isInstalled()) return true
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, 'package.json'), '{ "private": true }\n')
  spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', `${PACKAGE}@${VERSION}`], { cwd: FOLDER, stdio: 'inherit' })
  return isInstalled()
}

/** One regular expression over whole lines; JSON by its keys. */
const query = ({ access, kind }: Logs): string => {
  const file = `'${access.replaceAll("'", "''")}'`
  const lines = kind.format === WS_JSON
    ? `SELECT time_local[:17] AS minute, status FROM read_json(${file}, format = 'newline_delimited', columns = {'time_local': 'VARCHAR', 'status': 'VARCHAR'})`
    : String.raw`SELECT unnest(regexp_extract(line, '\[(\d+/\w+/\d+:\d\d:\d\d):\d\d [^\]]+\] "[^"]*" (\d{3}) ', ['minute', 'status'])) FROM read_csv(${file}, header = false, auto_detect = false, columns = {'line': 'VARCHAR'}, delim = '\x01', quote = '', escape = '', strict_mode = false)`
  return `SELECT minute, count(*) FROM (${lines}) WHERE status = '101' GROUP BY minute ORDER BY minute`
}

/** Node's own start is in its time, some 40 ms. */
export const duckdb: Program = {
  name: 'DuckDB',
  key: 'duckdb',
  does: 'counts drops per minute; one regex, or keys of JSON, on all cores',
  install,
  command: (logs) => ({ file: process.execPath, args: ['-e', RUN, '--', FOLDER, query(logs)], env: {} }),
  found: (stdout) => ({ sessions: (JSON.parse(stdout) as [string, string][]).reduce((sum, [, count]) => sum + Number(count), 0) }),
}
