import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../helpers/cli.ts'
import { shell } from '../helpers/shell.ts'
import { persistentFolder } from './persistent-folder.ts'

const HEALTHY = `${ROOT}samples/healthy.access.log`
const folder = persistentFolder()

beforeAll(() => {
  symlinkSync('loop.log', join(folder, 'loop.log'))
  writeFileSync(join(folder, 'file'), '')
  mkdirSync(join(folder, 'many'))
  for (let count = 0; count < 300; count++) cpSync(HEALTHY, join(folder, `many/${count}.log`))
  const server = createServer().listen(join(folder, 'socket.log')).unref()
  return () => void server.close()
})

/** As each is said by every command that reads. */
const ODD: readonly (readonly [name: string, says: string])[] = [
  ['socket.log', 'is a socket, or a device that is not there; name a file'],
  ['loop.log', 'its links lead in a circle'],
  ['file/x.log', 'there is no such file; a folder in its path is a file'],
  ['no.log', 'there is no such file'],
  [`${'x'.repeat(300)}.log`, 'its name is longer than a name can be; a glob would have to be in quotes'],
  ['/proc/self/mem', 'the disk reported an error while it was read'],
]

describe('what is no log', () => {
  it.each(['analyze "$@"', 'sessions "$@"', `analyze ${HEALTHY} -e "$@"`])('wslog %s: each is said', async (command) => {
    const { code, stderr } = await shell(`cd "$1"; shift; wslog ${command} > out`, [folder, ...ODD.map(([name]) => name)])
    expect(code).toBe(2)
    expect(stderr.split('\n').slice(0, -1).sort()).toEqual(ODD.map(([name, says]) => `wslog: ${name}: ${says}`).sort())
  })

  it.each(['explain "$name"', 'diff "$name" no.log'])('wslog %s', async (command) => {
    const { stdout, stderr } = await shell(`cd "$1"; shift; for name; do wslog ${command} > out; echo $?; done`, [folder, ...ODD.map(([name]) => name)])
    expect(stderr).toBe(ODD.map(([name, says]) => `wslog: ${name}: ${says}\n`).join(''))
    expect(stdout).toBe('2\n'.repeat(ODD.length))
  })

  it('in a state, beside one that is: that is kept', async () => {
    const { stdout, stderr } = await shell('cd "$1"; shift; wslog analyze --state "state" "$0" "$@" --json | grep -c wslog.report/1'.replace('"$0"', `"${HEALTHY}"`), [folder, ...ODD.slice(1, 5).map(([name]) => name)])
    expect(stdout).toBe('1\n')
    expect(stderr.split('\n').slice(0, -1).sort()).toEqual(ODD.slice(1, 5).map(([name, says]) => `wslog: ${name}: ${says}`).sort())
  })
})

describe('out of file handles', () => {
  it.each([['analyze --quiet', 'or name fewer at once'], ['sessions', 'or name fewer at once']])('wslog %s: the logs that could be opened are reported, the others named', async (command, says) => {
    const { code, stderr } = await shell(`cd "$1"; ulimit -n 160; wslog ${command} many/*.log > out`, [folder])
    expect(code).toBe(2)
    const lines = stderr.split('\n').slice(0, -1)
    expect(lines.length).toBeGreaterThan(100)
    expect(lines.filter((line) => !/^wslog: many\/\d+\.log: too many open files; raise ulimit -n /.test(line) || !line.endsWith(says))).toEqual([])
  })

  it('a state is as it was', async () => {
    const { stdout, stderr } = await shell('cd "$1"; wslog analyze --quiet --state full many/1.log; find full/segments | sort > before; ulimit -n 160; wslog analyze --quiet --state full many/*.log; echo $?; find full/segments | sort | cmp - before && echo same', [folder])
    expect(stdout).toBe('2\nsame\n')
    expect(stderr).toMatch(/too many open files; raise ulimit -n/)
  })

  it('so few that it can hardly be loaded: never 1, which is for --fail-on', async () => {
    writeFileSync(join(folder, 'nothing.cjs'), '')
    const codes: (number | null)[] = []
    for (let handles = 14; handles < 30; handles++) {
      // With fewer, Node itself cannot load a program.
      if ((await shell(`ulimit -c 0; ulimit -n ${handles}; "$WSLOG_NODE" "$1/nothing.cjs"`, [folder])).code !== 0) continue
      const { code, stderr } = await shell(`ulimit -n ${handles}; wslog analyze "$1"`, [HEALTHY])
      codes.push(code)
      expect({ code, stderr }, String(handles)).toEqual(code === 0 ? { code, stderr: '' } : { code: 2, stderr: expect.stringMatching(/^wslog: [^\n]*too many open files[^\n]*\n$/) })
    }
    expect(codes[0]).toBe(2)
    expect(codes.at(-1)).toBe(0)
  })
})
