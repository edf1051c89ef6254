import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { CLI } from '../helpers/cli.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { installProgram } from './programs.ts'
import { readmeFile, readmeFiles } from './readme-blocks.ts'

const analyzer = installProgram('systemd-analyze', { package: 'systemd' })

const UNIT = '/etc/systemd/system/wslog.service'
const DROP_INS = [...readmeFiles().keys()].filter((path) => path.startsWith(`${UNIT}.d/`))

/** What systemd says of the unit with drop-ins beside it. The program is the one that was built: that it can be run is checked, too. */
const analyze = (files: Readonly<Record<string, string>>, args: readonly string[]): { code: number | null; stdout: string; stderr: string } => {
  const folder = temporaryFolder()
  for (const [path, text] of Object.entries(files)) {
    const target = join(folder, path.slice(dirname(UNIT).length))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, text.replaceAll('/usr/local/bin/wslog', CLI))
  }
  const { status, stdout, stderr } = spawnSync(analyzer!, [...args, join(folder, 'wslog.service')], { encoding: 'utf8', env: { ...process.env, SYSTEMD_COLORS: '0', SYSTEMD_EMOJI: '0' } })
  return { code: status, stdout, stderr }
}

const verify = (files: Readonly<Record<string, string>>) => analyze(files, ['verify', '--man=no'])

/** From 0 (shut in) to 10 (free to do anything), by systemd's own reckoning. */
const exposureOf = (files: Readonly<Record<string, string>>): number => {
  const { stdout, stderr } = analyze(files, ['security', '--offline=true', '--no-pager'])
  const [, figure] = /Overall exposure level for \S+: ([\d.]+)/.exec(stdout) ?? []
  if (figure === undefined) throw new Error(stdout + stderr)
  return Number(figure)
}

const unit = readmeFile(UNIT)
const withDropIn = (path: string): Readonly<Record<string, string>> => ({ [UNIT]: unit, [path]: readmeFile(path) })

describe('the unit of the README', () => {
  it.each([
    'DynamicUser=yes', 'SupplementaryGroups=adm', 'ProtectSystem=strict', 'ProtectHome=yes', 'PrivateTmp=yes', 'PrivateDevices=yes', 'NoNewPrivileges=yes', 'CapabilityBoundingSet=', 'SystemCallFilter=@system-service',
    'IPAddressDeny=any', 'IPAddressAllow=localhost', 'Restart=on-failure', 'ExecReload=/bin/kill -HUP $MAINPID', 'MemoryDenyWriteExecute=no',
  ])('has %s', (line) => {
    expect(unit.split('\n')).toContain(line)
  })

  it('opens the network with metrics only, and shuts it without', () => {
    expect(unit).toContain('--prometheus 127.0.0.1:')
    expect(DROP_INS.map((path) => [path.slice(UNIT.length + 3), /^PrivateNetwork=yes$/m.test(readmeFile(path)), readmeFile(path).includes('--prometheus')])).toEqual([['textfile.conf', true, false], ['notify.conf', false, false]])
    // It keeps the command of the unit, and gives it the URL where no list of processes shows it.
    expect(readmeFile(DROP_INS.find((path) => path.endsWith('notify.conf'))!)).toMatch(/^EnvironmentFile=/m)
  })
})

describe.runIf(analyzer !== undefined)('systemd', () => {
  it('accepts the unit without a word', () => {
    expect(verify({ [UNIT]: unit })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each(DROP_INS)('accepts it with %s', (path) => {
    expect(verify(withDropIn(path))).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it.each([
    ['an option that there is not', 'ProtectSystem=strict', 'ProtectSystems=strict', /Unknown key/],
    ['a value that there is not', 'ProtectHome=yes', 'ProtectHome=perhaps', /Failed to parse/],
    ['a program that there is not', '/usr/local/bin/wslog', '/usr/local/bin/wslag', /not executable/],
  ])('would say so of %s', (_, right, wrong, complaint) => {
    expect(verify({ [UNIT]: unit.replace(right, wrong) }).stderr).toMatch(complaint)
  })

  it('finds little that it could do beyond its work', () => {
    expect(exposureOf({ [UNIT]: unit })).toBeLessThanOrEqual(1.3)
    expect(exposureOf(withDropIn(`${UNIT}.d/textfile.conf`))).toBeLessThanOrEqual(1)
    expect(exposureOf(withDropIn(`${UNIT}.d/notify.conf`))).toBeLessThanOrEqual(2)
    expect(exposureOf({ [UNIT]: '[Service]\nExecStart=/bin/true\n' })).toBeGreaterThan(9)
  })
})
