import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'

const LOGS = ['samples/who-cut-it.access.log', '-e', 'samples/who-cut-it.error.log']
const printed = async (env: NodeJS.ProcessEnv, args: readonly string[] = []): Promise<string> => (await wslog(['analyze', ...LOGS, ...args], { cwd: ROOT, env: { LC_ALL: '', LC_CTYPE: '', LANG: '', ...env } })).stdout
const ASCII = /^[\n -~]+$/

describe('the report, not on a terminal', () => {
  it.each([
    ['none, as in a job of cron\'s', {}],
    ['C', { LANG: 'C' }],
    ['POSIX before all others', { LC_ALL: 'POSIX', LANG: 'en_US.UTF-8' }],
    ['one of another charset', { LANG: 'de_DE.ISO-8859-1' }],
  ])('is plain ASCII where the locale is %s', async (_, env) => {
    const report = await printed(env)
    expect(report).toMatch(ASCII)
    expect(report).toMatch(/ {2}#####/)
    expect(report.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  it.each([
    ['C.UTF-8', { LANG: 'C.UTF-8' }],
    ['of characters alone', { LC_CTYPE: 'en_US.utf8', LANG: 'C' }],
  ])('has its bars where the locale is %s', async (_, env) => {
    expect(await printed(env)).toMatch(/█████/)
  })

  it('is the same in JSON, whatever the locale', async () => {
    const withoutTime = (json: string): string => json.replace(/"generatedAt": "[^"]+"/, '')
    expect(withoutTime(await printed({}, ['--json']))).toBe(withoutTime(await printed({ LANG: 'C.UTF-8' }, ['--json'])))
  })
})
