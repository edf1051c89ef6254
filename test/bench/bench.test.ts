import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { ROOT } from '../helpers/cli.ts'

const bench = (...args: string[]) => spawnSync(process.execPath, ['--import', 'tsx', 'test/bench/bench.ts', ...args], { cwd: ROOT, encoding: 'utf8' })

it('runs whole over a log of 1 MB, and shows each program and each stage', () => {
  const { status, stdout, stderr } = bench('--size', '0,1', '--format', 'ws', '--program', 'wc,wslog,wslog-errors', '--rounds', '1')
  expect(stderr).not.toMatch(/Error/)
  expect(status).toBe(0)
  expect(stdout.match(/^(?:ws|An empty).*$/gm)).toEqual(['An empty log', expect.stringMatching(/^ws, 1 MB: 4,\d{3} lines, error log of 0\.1 MB$/)])
  expect(stdout.match(/^\| wslog analyze --json --threads 1 +\| +\d+\.\d+ \|/gm)).toHaveLength(2)
  expect(stdout.match(/^\| wslog analyze --json -e +\| +\d+\.\d+ \|/gm)).toHaveLength(1)
  expect(stdout.match(/^\| wc -l +\| +\d+\.\d+ \|/gm)).toHaveLength(2)
  expect(stdout.match(/^\| Node itself +\| +\d+ % \|$/gm)).toHaveLength(2)
})

it('says what is wrong with an option', () => {
  const { status, stderr } = bench('--format', 'apache')
  expect(status).toBe(1)
  expect(stderr).toContain('--format: no "apache"')
})
