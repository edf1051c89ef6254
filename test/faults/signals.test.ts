import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { fileOfDraft } from '../../src/state/drafts.ts'
import { CLI, ROOT, wslog } from '../helpers/cli.ts'
import { temporaryFile, temporaryFolder } from '../helpers/folder.ts'
import { Seeded } from '../helpers/seeded.ts'
import { shell } from '../helpers/shell.ts'

const HEALTHY = `${ROOT}samples/healthy.access.log`
/** How often each is ended; more by hand: KILLS=200. */
const KILLS = Number(process.env['KILLS'] ?? 6)

/** Ends a run at some moment; gives its exit code, or the name of the signal that it died of. */
const endAt = async (ms: number, signal: NodeJS.Signals, args: readonly string[]): Promise<number | string> => {
  const child = spawn(process.execPath, [CLI, ...args], { stdio: 'ignore' })
  onTestFinished(() => void child.kill('SIGKILL'))
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  await Promise.race([sleep(ms), ended])
  child.kill(signal)
  const [code, died] = await ended
  return code ?? died!
}

/** Before Node runs the first line of ours, a signal kills as it does any program. */
const CODES: Readonly<Record<string, readonly (number | string)[]>> = { SIGINT: [0, 130, 'SIGINT'], SIGTERM: [0, 130, 'SIGTERM'], SIGKILL: [0, 'SIGKILL'] }
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const

describe('ended at any moment', () => {
  const log = (folder: string): string => temporaryFile('ws.log', readFileSync(HEALTHY, 'utf8').repeat(100), folder)

  it('the files of -o are the old ones or new ones, whole, and only a kill leaves a draft', async () => {
    const random = new Seeded(6)
    const folder = temporaryFolder()
    const path = log(folder)
    const [json, html] = [join(folder, 'x.json'), join(folder, 'x.html')]
    writeFileSync(json, '{ "old": true }')
    writeFileSync(html, 'old</html>\n')
    for (let kill = 0; kill < KILLS; kill++) {
      const signal = SIGNALS[kill % 3]!
      const drafts = readdirSync(folder).filter((name) => fileOfDraft(name) !== undefined).length
      expect(CODES[signal]).toContain(await endAt(random.next() * 1200, signal, ['analyze', '--quiet', path, '-o', json, '-o', html]))
      expect(JSON.parse(readFileSync(json, 'utf8'))).toBeTypeOf('object')
      expect(readFileSync(html, 'utf8')).toMatch(/<\/html>\n$/)
      if (signal !== 'SIGKILL') expect(readdirSync(folder).filter((name) => fileOfDraft(name) !== undefined)).toHaveLength(drafts)
    }
  })

  it('a state and its pages: the next run has all of it, once, and leaves nothing else', async () => {
    const random = new Seeded(7)
    const folder = temporaryFolder()
    const path = log(folder)
    const [state, www] = [join(folder, 'state'), join(folder, 'www/')]
    let lines = readFileSync(path, 'utf8').split('\n').length - 1
    for (let kill = 0; kill < KILLS; kill++) {
      const signal = SIGNALS[kill % 3]!
      expect(CODES[signal]).toContain(await endAt(random.next() * 1500, signal, ['analyze', '--quiet', '--state', state, path, '-o', www]))
      if (existsSync(www)) for (const name of readdirSync(www).filter((file) => file.endsWith('.html'))) expect(readFileSync(join(www, name), 'utf8')).toMatch(/<\/html>\n$/)
      appendFileSync(path, readFileSync(HEALTHY))
      lines += 160
    }
    const { code, stdout, stderr } = await wslog(['analyze', '--json', '--state', state, path, '-o', www])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect((JSON.parse(stdout) as { lines: { read: number } }).lines.read).toBe(lines)
    expect(readdirSync(state).sort()).toEqual(['lock', 'segments', 'state.json'])
    expect(readdirSync(www).filter((name) => !name.endsWith('.html'))).toEqual([])
  })

  it('a tail: its report is the old one or the new one', async () => {
    const random = new Seeded(8)
    const folder = temporaryFolder()
    const path = log(folder)
    const json = join(folder, 'x.json')
    writeFileSync(json, '{ "old": true }')
    for (let kill = 0; kill < KILLS / 2; kill++) {
      const signal = SIGNALS[kill % 3]!
      expect(CODES[signal]).toContain(await endAt(200 + random.next() * 1500, signal, ['tail', '--quiet', '--from-start', path, '-o', json]))
      expect(JSON.parse(readFileSync(json, 'utf8'))).toBeTypeOf('object')
    }
  })
})

describe('SIGTERM while nothing comes', () => {
  /** `sh` waits until the program has the FIFO open at its own end, and only then ends it. */
  const endWhenOpen = (command: string, name: string, redirect: string) =>
    shell(`cd "$1"; mkfifo ${name}; "$WSLOG_NODE" "$WSLOG_CLI" ${command} ${redirect} & pid=$!; until ls -l /proc/$pid/fd 2>/dev/null | grep -q "${name}$"; do :; done; kill -TERM $pid; wait $pid; echo $?; ls -A`, [temporaryFolder()])

  it.each([
    ['analyze --quiet in', 'wslog: interrupted; the report covers what was read until then\n'],
    ['sessions in', 'wslog: interrupted; the records end where the reading did\n'],
    [`analyze --quiet ${HEALTHY} -e in`, 'wslog: interrupted; the report covers what was read until then\n'],
    ['diff in in', 'wslog: interrupted\n'],
    ['merge in', 'wslog: interrupted\n'],
    ['explain in', ''],
  ])('into a FIFO that nobody writes to: wslog %s ends with 130', async (command, says) => {
    const { stdout, stderr } = await endWhenOpen(command, 'in', '> out')
    expect({ stdout, stderr }).toEqual({ stdout: '130\nin\nout\n', stderr: says })
  })

  it('a FIFO that nobody reads is waited for, until a signal; what else was asked for is written', async () => {
    const { stdout, stderr } = await shell('cd "$2"; mkfifo x.json; "$WSLOG_NODE" "$WSLOG_CLI" analyze --quiet "$1" -o y.json -o x.json & pid=$!; until [ -e y.json ]; do :; done; kill -TERM $pid; wait $pid; echo $?; ls -A', [HEALTHY, temporaryFolder()])
    expect({ stdout, stderr }).toEqual({ stdout: '130\nx.json\ny.json\n', stderr: 'wslog: interrupted\n' })
  })
})
