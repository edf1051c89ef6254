import { readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'

const samples = readdirSync(`${ROOT}samples`).filter((file) => file.endsWith('.access.log')).map((file) => `samples/${file}`)
const report = async (threads: number, files: readonly string[]): Promise<string> => {
  const { code, stdout } = await wslog(['analyze', '--json', '--threads', String(threads), ...files], { cwd: ROOT })
  expect(code).toBe(0)
  return stdout.replace(/"generatedAt": "[^"]*"/, '')
}

describe('--threads', () => {
  it.each([2, 3, 7, 16])('%i give the report of one, byte for byte, up to 1,024 values of a kind', async (threads) => {
    expect(await report(threads, samples)).toBe(await report(1, samples))
  })

  it('more than there are lines, too', async () => {
    const files = ['test/real-logs/a_client_close/access.log']
    expect(await report(64, files)).toBe(await report(1, files))
  })

  it.each(['0', '-1', '1.5', 'x'])('refuses %s', async (threads) => {
    const { code, stderr } = await wslog(['analyze', '--threads', threads, samples[0]!], { cwd: ROOT })
    expect(code).toBe(2)
    expect(stderr).toContain(`--threads ${threads}: not a number of threads`)
  })
})
