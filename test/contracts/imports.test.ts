import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../helpers/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'wslog-imports-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The sources as they are. */
const restore = (): void => {
  rmSync(join(folder, 'src'), { recursive: true, force: true })
  cpSync(join(ROOT, 'src'), join(folder, 'src'), { recursive: true })
  cpSync(join(ROOT, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
}

/** What the linter of the repository says to a copy of the sources with these files added. */
const lint = (files: Readonly<Record<string, string>>, args: readonly string[] = []): { code: number | null; output: string } => {
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/oxlint'), ['-c', '.oxlintrc.json', '--deny-warnings', ...args, 'src'], { cwd: folder, encoding: 'utf8' })
  return { code: status, output: stdout + stderr }
}

const using = (specifier: string): string => `import * as other from '${specifier}'\n\nexport const first = Object.keys(other)[0]\n`

/** The stages in the order in which data flows; each may use what stands before it, with the exceptions below. */
const STAGES = ['cause', 'log-format', 'error-log', 'session', 'aggregate', 'cluster', 'digest', 'report', 'compare', 'diagnose', 'live', 'render'] as const
const AFTER_ALL = ['input', 'state', 'run', 'history', 'publish', 'commands'] as const
const SOME_FILE: Readonly<Record<string, string>> = {
  cause: 'cause', 'log-format': 'chars', 'error-log': 'level', session: 'address', aggregate: 'log-histogram', cluster: 'find-clusters', digest: 'digest', report: 'health', compare: 'chance', diagnose: 'text', live: 'snapshot', render: 'csv',
  input: 'source', state: 'atomic-write', run: 'evidence', history: 'periods', publish: 'textfile', commands: 'version',
}
const to = (stage: string): string => `../${stage}/${SOME_FILE[stage]}.ts`

const FORBIDDEN: readonly [string, string][] = [
  ...STAGES.flatMap((stage, index) => [...STAGES.slice(index + 1), ...AFTER_ALL].map((other): [string, string] => [stage, to(other)])),
  ...['session', 'aggregate', 'cluster', 'digest', 'report', 'compare', 'live', 'render', 'state', 'run', 'history', 'publish', 'commands'].map((other): [string, string] => ['input', to(other)]),
  ...['log-format', 'session', 'aggregate', 'digest', 'compare', 'render', 'input', 'run', 'history', 'commands'].map((other): [string, string] => ['state', to(other)]),
  ...['compare', 'render', 'state', 'history', 'publish', 'commands'].map((other): [string, string] => ['run', to(other)]),
  ...['input', 'run', 'history', 'commands'].map((other): [string, string] => ['publish', to(other)]),
  ...['diagnose', 'live', 'render', 'publish', 'commands'].map((other): [string, string] => ['history', to(other)]),
  ...[...STAGES, 'input', 'state', 'run', 'history', 'publish', 'commands'].flatMap((stage): [string, string][] => [[stage, '../cli.ts'], [stage, '../index.ts']]),
  ...[...STAGES, 'input', 'state', 'run', 'history', 'publish'].map((stage): [string, string] => [stage, '../pipeline.ts']),
]


describe('the direction of imports is checked by the linter', () => {
  it('the sources as they are pass', () => {
    restore()
    const { code, output } = lint({})
    expect(output).toMatch(/Found 0 warnings and 0 errors/)
    expect(code).toBe(0)
  })

  it('every folder of the sources is a stage that is known here', () => {
    expect(readdirSync(join(ROOT, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name).sort()).toEqual(Object.keys(SOME_FILE).sort())
  })
})

const PURE = [...STAGES]

/** Files that break a rule, each with the rule. */
const BREACHES: readonly { readonly stage: string; readonly what: string; readonly text: string; readonly rule: string }[] = [
  ...FORBIDDEN.map(([stage, specifier]) => ({ stage, what: specifier, text: using(specifier), rule: 'no-restricted-imports' })),
  ...PURE.flatMap((stage) => ['node:fs', 'node:fs/promises', 'node:process', 'fs', 'fs/promises', 'path', 'os', 'process'].map((name) => ({ stage, what: name, text: using(name), rule: 'no-restricted-imports' }))),
  ...PURE.flatMap((stage) => [
    ['process', "export const home = process.env['HOME']\n"],
    ['console', "export const say = (): void => console.log('x')\n"],
    ['performance', 'export const now = (): number => performance.now()\n'],
    ['setTimeout', 'export const later = (then: () => void): unknown => setTimeout(then, 1)\n'],
    ['fetch', "export const page = (): unknown => fetch('http://localhost')\n"],
  ].map(([name, text]) => ({ stage, what: `the global ${name!}`, text: text!, rule: 'no-restricted-globals' }))),
]

const FINE: readonly [string, string][] = [
  ['session', to('log-format')],
  ['aggregate', to('session')],
  ['live', to('diagnose')],
  ['render', to('report')],
  ['render', to('compare')],
  ['compare', to('aggregate')],
  ['render', to('live')],
  ['input', to('log-format')],
  ['run', to('input')],
  ['run', to('live')],
  ['publish', to('state')],
  ['commands', to('render')],
  ['commands', '../pipeline.ts'],
]

describe('what a folder may not use', () => {
  let output = ''

  // The linter takes its time to start, so it sees all of them at once; `unix`: a line a finding.
  beforeAll(() => {
    restore()
    output = lint(Object.fromEntries(BREACHES.map(({ stage, text }, index) => [`src/${stage}/breach-${index}.ts`, text])), ['-f', 'unix']).output
  })

  it.each(BREACHES.map((breach, index) => ({ ...breach, index })))('$stage: $what', ({ stage, rule, index }) => {
    const found = output.split('\n').filter((line) => line.includes(`src/${stage}/breach-${index}.ts:`))
    expect(found.some((line) => line.includes(rule))).toBe(true)
  })
})

describe('what a folder may use', () => {
  it('is not found fault with', () => {
    restore()
    expect(lint(Object.fromEntries(FINE.map(([stage, specifier], index) => [`src/${stage}/fine-${index}.ts`, using(specifier)])))).toMatchObject({ code: 0 })
  })
})

describe('no file needs itself', () => {
  it.each([
    ['two files of one folder', 'src/session/one.ts', './two.ts', 'src/session/two.ts', './one.ts'],
    ['over two folders', 'src/run/one.ts', '../input/two.ts', 'src/input/two.ts', '../run/one.ts'],
  ])('%s', (_, one, toTwo, two, toOne) => {
    restore()
    const { code, output } = lint({
      [one]: `import { two } from '${toTwo}'\n\nexport const one = (): number => two()\n`,
      [two]: `import { one } from '${toOne}'\n\nexport const two = (): number => one()\n`,
    })
    expect(code).toBe(1)
    expect(output).toContain('no-cycle')
  })
})
