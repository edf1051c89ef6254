import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from './helpers/cli.ts'

const readme = readFileSync(`${ROOT}README.md`, 'utf8')

describe('README', () => {
  it('shows the report that its first command prints', async () => {
    const [, command = '', shown = ''] = /```\n\$ wslog (.*)\n([^]*?)```/.exec(readme) ?? []
    const { stdout, code } = await wslog(command.split(' '), { cwd: ROOT })
    expect(code).toBe(0)
    expect(shown).toBe(stdout)
  })

  it('shows the log_format that wslog formats ws prints', async () => {
    const { stdout } = await wslog(['formats', 'ws'])
    expect(readme).toContain(`\`\`\`nginx\n${stdout}\`\`\``)
  })

  it('has no part that is still to be written', () => {
    expect(readme.replaceAll(/<!-- \/?bench -->/g, '')).not.toMatch(/<!--/)
  })

  it('uses only options that wslog tail has', async () => {
    const { stdout } = await wslog(['tail', '--help'])
    const [live = ''] = /\*\*Live\.\*\*[^]*?\*\*An incident/.exec(readme) ?? []
    const [service = ''] = /## Running it as a service[^]*?\n## /.exec(readme) ?? []
    const used = new Set(`${live}${service}`.split('\n').filter((line) => !line.includes('npm ')).flatMap((line) => line.match(/--[a-z][a-z-]+/g) ?? []))
    expect([...used].sort()).toEqual(expect.arrayContaining(['--from-start', '--interval', '--json', '--notify', '--prometheus', '--textfile']))
    for (const option of used) expect(stdout).toContain(option)
  })

  it('names every known format', async () => {
    const { stdout } = await wslog(['formats'])
    for (const line of stdout.trimEnd().split('\n')) expect(readme).toContain(`\`${line.split(' ', 1)[0]!}\``)
  })
})
