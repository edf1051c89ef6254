// Writes numbered lines at full speed while it rotates the log: node log-writer.mjs '{"path", "manner", "rotations", "lines", "seed", "readerPid"}'.
// A line is `generation number padding`; each generation counts from 0. Prints the number of lines of each generation as JSON when done.
import { closeSync, copyFileSync, existsSync, ftruncateSync, openSync, readdirSync, renameSync, statSync, symlinkSync, unlinkSync, writeSync } from 'node:fs'

const { path, manner, rotations, lines, seed, readerPid, maxNames } = JSON.parse(process.argv[2])

let state = seed
const random = (below) => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
  return Math.floor((state / 2 ** 32) * below)
}

const counts = []
/** A file that is written to; `rest` is what is torn off the last line. */
const begin = (fd) => {
  counts.push(0)
  return { fd, generation: counts.length - 1, rest: '' }
}
const lineOf = (log) => `${log.generation} ${counts[log.generation]++} ${'x'.repeat(random(120))}\n`
/** Writes some lines, and tears the last at a random place. */
const write = (log, count) => {
  let text = log.rest
  for (let i = 0; i < count; i++) text += lineOf(log)
  const torn = random(3) === 0 ? random(Math.min(40, text.length)) : 0
  writeSync(log.fd, text.slice(0, text.length - torn))
  log.rest = text.slice(text.length - torn)
}
const writeSome = (log, count) => {
  while (count > 0) {
    const piece = Math.min(count, 1 + random(30))
    write(log, piece)
    count -= piece
  }
}
const finish = (log) => {
  writeSync(log.fd, log.rest)
  log.rest = ''
  closeSync(log.fd)
}
const create = (name = path) => openSync(name, 'a')

/** Waits until the reader has opened the file: only where a file is deleted before another process could know of it. */
const untilOpened = (fd) => {
  if (readerPid === undefined) return
  const { ino, dev } = statSync(`/proc/self/fd/${fd}`)
  for (;;) {
    for (const name of readdirSync(`/proc/${readerPid}/fd`)) {
      const stats = statSync(`/proc/${readerPid}/fd/${name}`, { throwIfNoEntry: false })
      if (stats?.ino === ino && stats.dev === dev) return
    }
  }
}

/** Moves `.1` to `.2` and so on, and the log to `.1`, as logrotate does; keeps `maxNames`. */
const shift = (take) => {
  if (existsSync(`${path}.${maxNames}`)) unlinkSync(`${path}.${maxNames}`)
  for (let n = maxNames - 1; n >= 1; n--) if (existsSync(`${path}.${n}`)) renameSync(`${path}.${n}`, `${path}.${n + 1}`)
  take(`${path}.1`)
}

const MANNERS = {
  /** The old file is written to for a while after the new one is there, as by old workers. */
  rename: () => {
    let log = begin(create())
    for (let i = 0; i < rotations; i++) {
      writeSome(log, lines)
      shift((name) => renameSync(path, name))
      writeSome(log, random(50)) // between mv and USR1
      const next = begin(create())
      for (let k = 0; k < 5; k++) {
        writeSome(next, random(20))
        writeSome(log, random(20))
      }
      finish(log)
      log = next
    }
    writeSome(log, lines)
    finish(log)
  },
  /** Nothing is at the path for a moment. */
  gap: () => {
    for (let i = 0; i <= rotations; i++) {
      const log = begin(create())
      writeSome(log, lines)
      finish(log)
      if (i < rotations) shift((name) => renameSync(path, name))
    }
  },
  copytruncate: () => {
    const fd = create()
    for (let i = 0; i <= rotations; i++) {
      const log = begin(fd)
      writeSome(log, lines)
      writeSync(log.fd, log.rest)
      if (i < rotations) {
        shift((name) => copyFileSync(path, name))
        ftruncateSync(fd, 0)
      }
    }
    closeSync(fd)
  },
  delete: () => {
    for (let i = 0; i <= rotations; i++) {
      const log = begin(create())
      untilOpened(log.fd)
      writeSome(log, lines)
      if (i < rotations) unlinkSync(path)
      finish(log)
    }
  },
  symlink: () => {
    let log
    for (let i = 0; i <= rotations; i++) {
      const name = `${path}-target-${i}`
      const next = begin(create(name))
      symlinkSync(name, `${path}.new`)
      renameSync(`${path}.new`, path)
      if (log !== undefined) {
        writeSome(log, random(50))
        finish(log)
      }
      log = next
      writeSome(log, lines)
    }
    finish(log)
  },
}

MANNERS[manner]()
process.stdout.write(JSON.stringify(counts))
