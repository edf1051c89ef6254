import { rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT, wslog } from '../helpers/cli.ts'
import { persistentFolder } from './persistent-folder.ts'
import { shell } from '../helpers/shell.ts'
import { temporaryFolder } from '../helpers/folder.ts'

const HEALTHY = `${ROOT}samples/healthy.access.log`
const folder = persistentFolder()

beforeAll(async () => {
  const { code } = await wslog(['analyze', '--quiet', '--state', join(folder, 'state'), HEALTHY, '-o', join(folder, 'a.json'), '-o', join(folder, 'a.summary.json')])
  expect(code).toBe(0)
})

/** Every command, in all that it writes to standard output. */
const COMMANDS = [
  'analyze $LOG', 'analyze --json $LOG', 'analyze --state $DIR/state $LOG', 'sessions $LOG', 'diff $DIR/a.json $DIR/a.json', 'diff --json $DIR/a.json $DIR/a.json',
  'merge $DIR/a.summary.json', 'merge --json $DIR/a.summary.json', 'state $DIR/state', 'state --json $DIR/state', 'formats', 'formats ws', 'explain $LOG', '--help', 'analyze --help', '--version',
]

const run = (script: string) => shell(`LOG=$1; DIR=$2; ${script}`, [HEALTHY, folder])

describe('a reader that leaves: 0, and not a word; standard output that is full: 2, and says so', () => {
  it.each(COMMANDS)('wslog %s', async (command) => {
    const { stderr } = await run(`{ wslog ${command}; echo "exit $?" >&2; } | true; wslog ${command} > /dev/full; echo "exit $?" >&2`)
    expect(stderr).toBe('exit 0\nwslog: standard output: cannot be written (ENOSPC)\nexit 2\n')
  })
})

describe('standard output, error or input that is closed', () => {
  it.each(['analyze $LOG', 'sessions $LOG', 'diff $DIR/a.json $DIR/a.json'])('wslog %s: 0', async (command) => {
    const { stdout, stderr } = await run(`wslog ${command} >&-; echo $?; wslog ${command} > /dev/null 2>&-; echo $?; wslog ${command} > /dev/null <&-; echo $?`)
    expect({ stdout, stderr }).toEqual({ stdout: '0\n0\n0\n', stderr: '' })
  })
})

describe('wslog tail', () => {
  it.each([['a reader that leaves: 0', '| head -1 > /dev/null', '0', ''], ['standard output that is full: 2', '> /dev/full', '2', 'wslog: standard output: cannot be written (ENOSPC)\n']])('%s', async (_, to, code, says) => {
    const { stderr } = await run(`{ wslog tail --quiet --json --interval 1s $LOG --from-start; echo $? >&2; } ${to}`)
    expect(stderr).toBe(`${says}${code}\n`)
  })
})

describe('without', () => {
  it('an environment, a home', async () => {
    expect(await run('env -i "$WSLOG_NODE" "$WSLOG_CLI" analyze --quiet $LOG')).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  it('the folder that it was started in: names from the root work, others are said', async () => {
    const gone = join(temporaryFolder(), 'gone')
    const { stdout, stderr } = await shell('mkdir "$2"; cd "$2"; rmdir "$2"; wslog analyze --quiet "$1"; echo $?; wslog analyze x.log; echo $?; wslog analyze "*.log"; echo $?', [HEALTHY, gone])
    expect(() => rmdirSync(gone)).toThrow(/ENOENT/)
    expect({ stdout, stderr }).toEqual({ stdout: '0\n2\n2\n', stderr: 'wslog: x.log: there is no such file\nwslog: *.log: no file matches\n' })
  })

  it('the name of a log, as of a variable that is not set', async () => {
    const { code, stderr } = await run('wslog analyze --quiet ""')
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'wslog: the name of a log is empty: a variable may not be set\n' })
  })
})

describe('what waits for something that never comes', () => {
  it('ends with 2 and says so: it is no success without a report', async () => {
    const never = join(temporaryFolder(), 'never.cjs')
    writeFileSync(never, `const files = require('node:fs/promises'); files.open = files.stat = () => new Promise(() => {}); require('node:module').syncBuiltinESMExports()`)
    const { code, stdout, stderr } = await shell('"$WSLOG_NODE" --require "$1" "$WSLOG_CLI" analyze "$2"', [never, HEALTHY])
    expect({ code, stdout, stderr }).toEqual({ code: 2, stdout: '', stderr: 'wslog: unexpected end in the middle of the work, please report it\n' })
  })
})
