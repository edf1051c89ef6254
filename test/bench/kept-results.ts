import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './paths.ts'
import type { Results } from './results.ts'

const FOLDER = join(ROOT, 'test/bench/results')

const fileOf = (version: string): string => join(FOLDER, `${version}.json`)

/** What is kept of a version; nothing measured yet: no scenarios. */
export const readResults = (version: string): Results => (existsSync(fileOf(version)) ? (JSON.parse(readFileSync(fileOf(version), 'utf8')) as Results) : { version, scenarios: [] })

export const writeResults = (results: Results): void => {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(fileOf(results.version), `${JSON.stringify(results, null, 1)}\n`)
}

/** Of all versions, the newest first. */
export const allResults = (): Results[] =>
  readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readResults(name.slice(0, -'.json'.length)))
    .sort((a, b) => b.version.localeCompare(a.version, 'en', { numeric: true }))
