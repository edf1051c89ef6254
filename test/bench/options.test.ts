import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'
import { scenariosOf } from './run-scenario.ts'

const listed = (args: readonly string[]) => {
  const { kinds, programs, ...rest } = parseOptions(args)
  return { ...rest, kinds: kinds.map(({ name }) => name), programs: programs.map(({ key }) => key) }
}

describe('parseOptions', () => {
  it('has a default for each', () => {
    expect(listed([])).toEqual({
      sizes: [0, 50],
      kinds: ['ws', 'ws_plus', 'ws_json', 'ingress-nginx', 'gzip'],
      programs: ['wc', 'rg', 'wslog', 'wslog-threads', 'wslog-errors', 'mawk', 'gawk', 'duckdb', 'goaccess', 'goaccess-least'],
      rounds: 5,
      budgetSeconds: 10,
      timeoutSeconds: 1800,
      hasStages: true,
      updateReadme: false,
    })
  })

  it('takes what was asked for; programs in the order of the tables', () => {
    expect(listed(['--size', '50, 5000', '--format', 'distinct,ws', '--program', 'mawk,wc', '--rounds', '7', '--budget', '0.5', '--timeout', '9', '--no-stages', '--update-readme'])).toEqual({
      sizes: [50, 5000], kinds: ['distinct', 'ws'], programs: ['wc', 'mawk'], rounds: 7, budgetSeconds: 0.5, timeoutSeconds: 9, hasStages: false, updateReadme: true,
    })
  })

  it.each([
    [['--size', '50,'], '--size: "" is no number of at least 0'],
    [['--size', '-1'], '--size'],
    [['--size', 'big'], '--size: "big" is no number of at least 0'],
    [['--rounds', '0'], '--rounds: "0" is no number of at least 1'],
    [['--format', 'ws,apache'], '--format: no "apache"; there are ws, ws_plus'],
    [['--program', 'perl'], '--program: no "perl"; there are wc, rg'],
    [['--speed', 'high'], '--speed'],
  ])('refuses %j', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message)
  })
})

describe('scenariosOf', () => {
  it('takes every log at every size, and one empty log with those who show how long a start takes', () => {
    const scenarios = scenariosOf(parseOptions(['--size', '0,1,2', '--format', 'ws,gzip', '--program', 'wc']))
    expect(scenarios.map(({ kind, megabytes, programs }) => `${kind.name} ${megabytes} ${programs.map(({ key }) => key).join('+')}`)).toEqual(['ws 0 wc+mawk+node+wslog', 'ws 1 wc', 'gzip 1 wc', 'ws 2 wc', 'gzip 2 wc'])
  })
})
