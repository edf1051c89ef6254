import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { startWslog } from '../helpers/running.ts'
import { temporaryFolder } from '../helpers/folder.ts'

const SAMPLES = join(ROOT, 'samples')

describe('-o x.html', () => {
  it.each([
    ['healthy', []],
    ['idle-60s', []],
    ['ingress-retries', []],
    ['mixed-site', []],
    ['who-cut-it', ['-e', join(SAMPLES, 'who-cut-it.error.log')]],
  ])('%s: one whole page, small enough to mail', async (name, more) => {
    const path = join(temporaryFolder(), 'report.html')
    const { code, stdout, stderr } = await wslog(['analyze', '--quiet', join(SAMPLES, `${name}.access.log`), ...more, '-o', path])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    const text = readFileSync(path, 'utf8')
    expect(text).toMatch(/^<!doctype html>[\s\S]*<\/html>\n$/)
    expect(text).toContain(`${name}.access.log`)
    expect(statSync(path).size).toBeLessThan(250_000)
  })

  it('is written at the end of a tail, too', async () => {
    const path = join(temporaryFolder(), 'report.html')
    const tail = startWslog(['tail', join(SAMPLES, 'healthy.access.log'), '--json', '--from-start', '--interval', '1s', '-o', path])
    await tail.line((line) => line.includes('"attempts":160'))
    expect(await tail.end('SIGTERM')).toBe(0)
    expect(readFileSync(path, 'utf8')).toContain('<b>160</b>')
  })

  it('stands in the help and in what is said to a wrong ending', async () => {
    expect((await wslog(['analyze', '--help'])).stdout.replaceAll(/\s+/g, ' ')).toContain('.html .json .csv .md .txt')
    expect((await wslog(['analyze', 'x', '-o', 'x.htm'])).stderr).toContain('use .html .json')
  })
})
