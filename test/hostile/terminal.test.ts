import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readReport } from '../../src/compare/read-report.ts'
import { readSummary } from '../../src/digest/document.ts'
import { WslogError } from '../../src/errors.ts'
import { CLI, type Run, wslog } from '../helpers/cli.ts'
import { startWslog } from '../helpers/running.ts'
import { ATTACK, attackedLogs, DANGEROUS } from '../helpers/terminal-attack.ts'

/** What stands there of an attack once it was made harmless. */
const SHOWN = String.raw`\x1B`

const expectSafe = (text: string, what: string): void => {
  const found = DANGEROUS.exec(text)
  expect(found === null ? '' : JSON.stringify(text.slice(Math.max(0, found.index - 200), found.index + 60)), what).toBe('')
}

const expectSafeRun = ({ stdout, stderr }: Run, what: string): void => {
  expectSafe(stdout, `${what}: stdout`)
  expectSafe(stderr, `${what}: stderr`)
}

describe('whatever stands in a log, in its name or in what is typed, no terminal obeys it', () => {
  it('analyze, sessions and explain', async () => {
    const { json, ws, open, errors, none, format, missing } = attackedLogs()
    const runs: readonly (readonly [string, readonly string[], boolean])[] = [
      ['analyze', ['analyze', json, ws, open, missing, none, '-e', errors, missing], true],
      ['analyze --keep-query', ['analyze', json, '-e', errors, '--keep-query', '--top', '100'], true],
      ['analyze --json', ['analyze', json, ws, open, '-e', errors, '--json', '--keep-query'], true],
      ['sessions', ['sessions', json, ws, '-e', errors, '--keep-query'], true],
      ['explain', ['explain', ws], true],
      ['explain JSON', ['explain', json], true],
      ['explain what is none', ['explain', none], true],
      ['explain as a format', ['explain', ws, '--log-format', format], true],
      ['analyze as a format', ['analyze', ws, '--log-format', format], false],
    ]
    for (const [what, args, isShown] of runs) {
      const run = await wslog(args)
      expectSafeRun(run, what)
      if (isShown) expect(run.stdout + run.stderr, what).toMatch(/\\x1B|\\u001b/i)
    }
  })

  it('files that are made to be read', async () => {
    const { folder, json, open, errors } = attackedLogs()
    const files = ['report.txt', 'report.md', 'report.json', 'report.csv', 'report.summary.json', 'report.html'].map((name) => join(folder, name))
    expectSafeRun(await wslog(['analyze', json, open, '-e', errors, ...files.flatMap((file) => ['-o', file])]), 'analyze -o')
    // Lines of a CSV file end with CR LF.
    for (const file of files) expectSafe(readFileSync(file, 'utf8').replaceAll('\r\n', '\n'), file.slice(folder.length))
  })

  it('state, merge and diff', async () => {
    const { folder, json, open, ws, errors, missing } = attackedLogs()
    const state = join(folder, 'state')
    for (const [what, args] of [
      ['analyze --state', ['analyze', json, open, missing, '-e', errors, '--state', state]],
      ['analyze --state again', ['analyze', ws, '-e', errors, '--state', state, '-o', join(folder, 'pages')]],
      ['state', ['state', state]],
      ['state --json', ['state', state, '--json']],
      ['a', ['analyze', json, '-e', errors, '-o', join(folder, 'a.json'), '-o', join(folder, 'a.summary.json'), '--quiet']],
      ['b', ['analyze', ws, '-o', join(folder, 'b.json'), '-o', join(folder, 'b.summary.json'), '--quiet']],
      ['merge', ['merge', join(folder, 'a.summary.json'), join(folder, 'b.summary.json')]],
      ['diff', ['diff', join(folder, 'a.json'), join(folder, 'b.json'), '-o', join(folder, 'd.md'), '-o', join(folder, 'd.txt')]],
      ['diff --json', ['diff', join(folder, 'a.json'), join(folder, 'b.json'), '--json', '--fail-on', 'worse']],
    ] as const) expectSafeRun(await wslog(args), what)
    for (const name of ['d.md', 'd.txt']) expectSafe(readFileSync(join(folder, name), 'utf8'), name)
  })

  it('reports and summaries that say so themselves, in each of their texts', async () => {
    const { folder, json, ws, errors } = attackedLogs()
    const at = (name: string): string => join(folder, name)
    await wslog(['analyze', json, '-e', errors, '--quiet', '-o', at('a.json'), '-o', at('a.summary.json')])
    await wslog(['analyze', ws, '--quiet', '-o', at('b.json'), '-o', at('b.summary.json')])
    for (const name of ['a', 'b']) {
      for (const kind of ['json', 'summary.json']) {
        const document = JSON.parse(readFileSync(at(`${name}.${kind}`), 'utf8')) as unknown
        const isReadable = (one: unknown): boolean => {
          try {
            if (kind === 'json') readReport(one, 'x')
            else readSummary(one, 'x')
            return true
          } catch (error) {
            if (error instanceof WslogError) return false
            throw error
          }
        }
        const places = placesOfTexts(document)
        // A word of the program's own may not be another one, and is repeated as it is refused; all other texts are attacked at once.
        const refused = places.filter((place) => !isReadable(withText(document, place)))
        const attacked = places.filter((place) => !refused.includes(place)).reduce(withText, document)
        expect(places.length - refused.length).toBeGreaterThan(1)
        for (const [what, one] of [['all free texts', attacked], ...refused.slice(0, 2).map((place) => [place.join('.'), withText(document, place)] as const)] as const) {
          writeFileSync(at('x.json'), JSON.stringify(one))
          for (const args of kind === 'json' ? [['diff', at('x.json'), at('a.json')], ['diff', at('b.json'), at('x.json')]] : [['merge', at('x.json')]]) {
            const run = await wslog(args)
            expectSafeRun(run, `${name} ${kind} ${what}`)
            expect(run.code, what).toBe(one === attacked ? 0 : 2)
          }
        }
      }
    }
  })

  it('what is typed', async () => {
    const { folder, json, missing, format } = attackedLogs()
    for (const args of [
      [ATTACK], [`--${ATTACK}`], ['analyze', `--${ATTACK}`], ['formats', ATTACK], ['formats', 'ws', ATTACK], ['explain', missing], ['explain', folder], ['state', missing], ['state', json], ['merge', missing], ['merge', json], ['diff', missing, json], ['diff', json, json], ['tail', missing + '*'], ['tail', folder],
      ['analyze', missing], ['analyze', folder], ['analyze', `${missing}*`], ['analyze', json, '-e', missing], ['explain', json, '--log-format', ATTACK], ['explain', json, '--log-format', format],
      ...['--log-format', '--since', '--until', '--tz', '--path', '--host', '--upstream', '--client', '--read-timeout', '--state', '-o', '--top', '--threads', '--fail-on', '-e'].map((option) => ['analyze', json, option, ATTACK]),
      ...['--listen', '--notify', '--textfile', '--interval'].map((option) => ['tail', missing, option, ATTACK]),
      ['analyze', json, '--log-format', `${ATTACK}$remote_addr $${ATTACK}`], ['analyze', json, '-o', join(missing, ATTACK, 'x.json')], ['analyze', json, '--client', `10.0.0.0/${ATTACK}`], ['diff', json, json, '--fail-on', ATTACK], ['diff', json, json, '--tz', ATTACK],
    ]) expectSafeRun(await wslog(args.map((one) => one.replaceAll('\0', '')), { env: { WSLOG_NOTIFY_URL: '' }, cwd: folder }), JSON.stringify(args).replaceAll(folder, '…'))
  }, 120_000)

  it.each([['lines', []], ['JSON', ['--json']]])('tail: %s', async (_, args) => {
    const { json, ws, open, errors, none } = attackedLogs({ isNow: true })
    const tail = startWslog(['tail', json, ws, open, none, '-e', errors, '--from-start', '--interval', '1s', '--keep-query', ...args])
    await tail.line((line) => /(?:\\x1B|\\u001b).*/i.test(line))
    await tail.line((line) => /  handshakes \d|"kind":"interval"/.test(line))
    await tail.end('SIGTERM')
    expectSafe(tail.lines().join('\n'), 'stdout')
    expectSafe(tail.errors(), 'stderr')
    expect(tail.lines().join('\n')).toMatch(/\\x1B|\\u001b/i)
  })
})

const hasScript = spawnSync('script', ['--version']).status === 0

describe.runIf(hasScript)('on a terminal', () => {
  /** All that a terminal gets, and nothing else: `onText` may type. */
  const onTerminal = (args: readonly string[], onText: (all: string, type: (text: string) => void) => void = () => {}): Promise<string> =>
    new Promise((resolve, reject) => {
      const { NO_COLOR: _, ...env } = process.env
      const command = ['stty cols 200 rows 50;', ...[process.execPath, CLI, ...args].map((word) => `'${word}'`)].join(' ')
      const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...env, TERM: 'xterm-256color' }, stdio: ['pipe', 'pipe', 'inherit'] })
      let all = ''
      child.stdin.on('error', () => {})
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        all += text
        onText(all, (typed) => void child.stdin.write(typed))
      })
      child.on('error', reject)
      child.on('close', () => resolve(all))
    })

  /** What is left when the program's own colours, moves and modes are taken out; CR LF is what a terminal makes of LF. */
  const withoutOwn = (text: string): string => text.replaceAll(/\u001B\[(?:\d+(?:;\d+)*)?m/g, '').replaceAll(/\u001B\[(?:[HJK]|[0-2]?[JK]|\d+;\d+H|\?(?:25|1049|2026|7)[hl])/g, '').replaceAll('\r\n', '\n').replaceAll(/\r(?=$|\n)/gm, '')

  it('the report with its colours', async () => {
    const { json, ws, open, errors } = attackedLogs()
    const shown = await onTerminal(['analyze', json, ws, open, '-e', errors, '--no-progress'])
    expect(shown).toContain('\u001B[')
    expectSafe(withoutOwn(shown), 'analyze')
    expect(shown).toContain(SHOWN)
  })

  it('the dashboard', async () => {
    const { json, ws, open, errors, none } = attackedLogs({ isNow: true })
    let isTyped = false
    const shown = await onTerminal(['tail', json, ws, open, none, '-e', errors, '--from-start'], (all, type) => {
      if (isTyped || !all.includes(`/ws/a${SHOWN}`)) return
      isTyped = true
      type('f?q')
    })
    expect(shown).toContain('\u001B[?1049h')
    expectSafe(withoutOwn(shown), 'tail')
  })
})

type Place = readonly (string | number)[]

/** Where texts stand in a document: of a list, those of its first item. */
const placesOfTexts = (value: unknown, at: Place = []): Place[] => {
  if (typeof value === 'string') return at.at(-1) === 'schema' ? [] : [at]
  if (Array.isArray(value)) return value.length === 0 ? [] : placesOfTexts(value[0], [...at, 0])
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([key, item]) => placesOfTexts(item, [...at, key]))
  return []
}

const withText = (value: unknown, [key, ...rest]: Place): unknown => {
  if (key === undefined) return ATTACK
  if (Array.isArray(value)) return value.map((item, index) => (index === key ? withText(item, rest) : (item as unknown)))
  return Object.fromEntries(Object.entries(value as object).map(([name, item]) => [name, name === key ? withText(item, rest) : (item as unknown)]))
}
