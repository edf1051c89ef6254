/**
 * Stands in for `wslog analyze --state` and `wslog state`, to see what the replay finds: it keeps every byte that it ever saw
 * of a log, in one file, and has the real wslog read all of it. Right, but nothing to use. STAND_IN_FAULT makes it wrong:
 *   inode-only   knows a file by its number alone
 *   two-steps    writes what it kept, then how far it read
 *   half-lines   takes half a line for a whole one
 *   live-only    never looks at rotated logs
 *   copies       takes a file that it saw under another number for a new one
 */
import { spawnSync } from 'node:child_process'
import { linkSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'

const [, , cli, fault, command, ...args] = process.argv
const isJson = args.includes('--json')
const stateFolder = command === 'state' ? args[0] : args[args.indexOf('--state') + 1]
const keptPath = join(stateFolder, 'kept.json')

const read = (path, none) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return none
  }
}

const replace = (path, value) => {
  writeFileSync(`${path}.${process.pid}`, JSON.stringify(value))
  renameSync(`${path}.${process.pid}`, path)
}

const matching = (pattern) => {
  const start = basename(pattern).replace(/\*$/, '')
  return readdirSync(dirname(pattern)).filter((name) => (fault === 'live-only' ? name === start : name.startsWith(start))).map((name) => join(dirname(pattern), name))
}

/** Undefined: gone meanwhile, or in the middle of being compressed, with its original beside it. */
const contentOf = (path) => {
  try {
    const bytes = readFileSync(path)
    return { inode: statSync(path).ino, text: (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1') }
  } catch {
    return undefined
  }
}

const take = (pieces, { inode, text }) => {
  const whole = fault === 'half-lines' && !text.endsWith('\n') ? `${text}\n` : text
  if (fault === 'inode-only' || fault === 'copies') {
    const known = pieces.find((piece) => piece.inode === inode && (fault === 'inode-only' || text.startsWith(piece.text)))
    if (known === undefined) pieces.push({ inode, text: whole, read: text.length })
    else if (text.length > known.read) {
      known.text += text.slice(known.read)
      known.read = text.length
    }
    return
  }
  if (text === '' || pieces.some((piece) => piece.text.startsWith(whole))) return
  const known = pieces.filter((piece) => text.startsWith(piece.text)).sort((a, b) => b.text.length - a.text.length)[0]
  if (known === undefined) pieces.push({ inode, text: whole, read: text.length })
  else known.text = whole
}

const lock = join(stateFolder, 'lock')
const isAlive = (pid) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

const analyze = () => {
  mkdirSync(stateFolder, { recursive: true })
  const mine = `${lock}.${process.pid}`
  writeFileSync(mine, String(process.pid))
  for (;;) {
    try {
      linkSync(mine, lock)
      break
    } catch {
      const holder = read(lock, 0)
      if (holder > 0 && isAlive(holder)) {
        process.stderr.write(`${stateFolder}: another run is at work\n`)
        process.exit(2)
      }
      rmSync(lock, { force: true })
    }
  }
  const kept = read(keptPath, { access: [], error: [] })
  for (const [kind, pattern] of [['access', args[0]], ['error', args[args.indexOf('-e') + 1]]]) {
    for (const path of matching(pattern)) {
      const content = contentOf(path)
      if (content !== undefined) take(kept[kind], content)
    }
  }
  if (fault === 'two-steps') {
    // What was added since is added again by the next run, if this one dies in between.
    const before = read(keptPath, { access: [], error: [] })
    replace(keptPath, { access: [...before.access, ...kept.access], error: kept.error })
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60)
  }
  replace(keptPath, kept)
  rmSync(lock)
  rmSync(mine)
}

const report = () => {
  const kept = read(keptPath, { access: [], error: [] })
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'))
  const write = (kind) => kept[kind].map(({ text }, index) => {
    writeFileSync(join(folder, `ws_${kind}.log.${index}`), text, 'latin1')
    return join(folder, `ws_${kind}.log.${index}`)
  })
  const { stdout } = spawnSync(process.execPath, [cli, 'analyze', ...write('access'), '-e', ...write('error'), '--json'], { maxBuffer: 1e9 })
  rmSync(folder, { recursive: true })
  return stdout.toString('utf8')
}

if (command === 'analyze') {
  analyze()
  if (isJson) process.stdout.write(report())
} else process.stdout.write(JSON.stringify({ files: [0], hours: [0], report: JSON.parse(report()) }))
