import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import type { Report } from '../../src/report/report.ts'
import { ROOT, wslog } from './cli.ts'

const ajv = new Ajv2020({ allErrors: true })
formats.default(ajv)
const compile = (name: string): ((document: unknown) => string[]) => {
  const validate = ajv.compile(JSON.parse(readFileSync(new URL(`../../src/report/${name}.schema.json`, import.meta.url), 'utf8')) as object)
  return (document) => (validate(document) ? [] : validate.errors!.map(({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`))
}

/** What the schema has against a report; empty when it is valid. */
export const schemaErrors = compile('report')

/** What the schema has against a record of `wslog sessions`. */
export const sessionSchemaErrors = compile('session')

/** What the schema has against what a webhook gets. */
export const notificationSchemaErrors = compile('notification')

/** What the schema has against a line of `wslog tail --json`. */
export const tailSchemaErrors = compile('tail')

/** What the schema has against a comparison. */
export const diffSchemaErrors = compile('diff')

/** What the schema has against what `wslog state --json` prints, its report aside. */
export const stateSchemaErrors = compile('state')

/** The report that `wslog analyze --json` prints, whatever its exit code. */
export const reportOf = async (args: readonly string[], { input = '' }: { input?: string | Buffer } = {}): Promise<Report> => {
  const { stdout, stderr } = await wslog(['analyze', '--json', ...args], { input, cwd: ROOT })
  if (stdout === '') throw new Error(`no report: ${stderr}`)
  return JSON.parse(stdout) as Report
}

/** A report as text but for what differs from one run or release to the next. */
export const normalized = (json: string): string =>
  json.replace(/"generatedAt": "[^"]*"/, '"generatedAt": "2000-01-01T00:00:00.000Z"').replace(/"version": "[^"]*"/, '"version": "0.0.0"')
