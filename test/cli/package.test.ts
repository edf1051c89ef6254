import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schemaErrors } from '../helpers/report.ts'
import { ROOT } from '../helpers/cli.ts'

const folder = mkdtempSync(join(tmpdir(), 'wslog-package-'))
const app = join(folder, 'app')
const run = (program: string, args: readonly string[]): string => execFileSync(program, args, { cwd: app, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** The package as a user gets it: packed, then installed into an empty folder. */
beforeAll(() => {
  mkdirSync(app)
  writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }')
  // The set-up has built it; a build here would pull dist/ from under the other tests.
  execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT, stdio: 'pipe' })
  const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!
  run('npm', ['install', '--silent', '--no-audit', '--no-fund', '--prefer-offline', join(folder, tarball)])
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('reports on a log', () => {
    const stdout = run('npx', ['--no-install', 'wslog', 'analyze', '--json', join(ROOT, 'samples/healthy.access.log')])
    const report = JSON.parse(stdout) as { sessions: { count: number }; version: string }
    expect(schemaErrors(report)).toEqual([])
    expect(report.sessions.count).toBe(160)
    expect(report.version).toBe((JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string }).version)
  })

  it('brings what its page is made of', () => {
    run('npx', ['--no-install', 'wslog', 'analyze', '--quiet', join(ROOT, 'samples/healthy.access.log'), '-o', 'report.html'])
    expect(readFileSync(join(app, 'report.html'), 'utf8')).toMatch(/uPlot[\s\S]*data-sortable/)
  })

  it('brings its formats', () => {
    expect(run('npx', ['--no-install', 'wslog', 'formats', 'ws'])).toMatch(/^log_format ws /)
  })

  it('is a library too', () => {
    const names = run('node', ['-e', "console.log(Object.keys(await import('wslog')).sort().join(' '))", '--input-type=module'])
    expect(names.trim().split(' ')).toEqual(expect.arrayContaining(['Summary', 'WslogError', 'analyze', 'compareReports', 'compileFormat', 'explainLine', 'findClusters', 'loadKnownFormats', 'parseFormatText', 'parseSnippet', 'renderCsv', 'renderHtml', 'renderJson', 'renderMarkdown', 'renderTerminal']))
  })

  it('ships its types and the schemas of its report, its records and its notifications', () => {
    const installed = join(app, 'node_modules/wslog')
    const { exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as { exports: Record<string, string | Record<string, string>> }
    for (const path of Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : Object.values(entry)))) expect(readFileSync(join(installed, path), 'utf8')).not.toBe('')
    expect(run('node', ['-p', "require('wslog/report.schema.json').$id"]).trim()).toBe('wslog.report/1')
    expect(run('node', ['-p', "require('wslog/session.schema.json').$id"]).trim()).toBe('wslog.session/1')
    expect(run('node', ['-p', "require('wslog/notification.schema.json').$id"]).trim()).toBe('wslog.notification/1')
    expect(run('node', ['-p', "require('wslog/tail.schema.json').$id"]).trim()).toBe('wslog.tail/1')
    expect(run('node', ['-p', "require('wslog/diff.schema.json').$id"]).trim()).toBe('wslog.diff/1')
    expect(run('node', ['-p', "require('wslog/state.schema.json').$id"]).trim()).toBe('wslog.state-description/1')
  })

  it('holds no sources, tests or samples', () => {
    expect(readdirSync(join(app, 'node_modules/wslog')).filter((name) => !/^(dist|formats|package\.json|LICENSE|README.*|CHANGELOG\.md|SECURITY\.md)$/.test(name))).toEqual([])
  })
})
