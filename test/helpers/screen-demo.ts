import { appendFileSync, writeFileSync } from 'node:fs'
import { FixedOffsetZone } from 'luxon'
import { Screen } from '../../src/commands/screen.ts'
import { renderDashboard } from '../../src/render/live/dashboard.ts'
import { COLOURED } from '../../src/render/paint.ts'
import { Seeded } from './seeded.ts'
import { busySnapshot, emptySnapshot, hostileSnapshot } from './snapshots.ts'

/**
 * A small program that draws snapshots with the real screen. Arguments: `busy`, `empty` or `hostile`; a file that gets its process id,
 * and from the key `t` on a line for each of its frames; `own-handlers` to handle SIGHUP and uncaught errors itself. Keys: those of the tail, `x` throws, `d` throws while it draws, `e` exits with 3.
 */
const [kind = 'empty', log = '', handlers] = process.argv.slice(2)
const snapshot = kind === 'busy' ? busySnapshot() : kind === 'hostile' ? hostileSnapshot(new Seeded(1)) : emptySnapshot()
let isPaused = false
let isFaultsOnly = false
let isHelp = false
let isThrowing = false
let ticks = 0

const draw = (): void => {
  if (isThrowing) throw new Error('thrown while drawing')
  const { columns, rows } = process.stdout
  const lines = renderDashboard(snapshot, { width: columns, height: rows, zone: FixedOffsetZone.utcInstance, paint: COLOURED, isPaused, isFaultsOnly, isHelp })
  screen.draw(ticks === 0 ? lines : lines.map((line, row) => `${line} tick ${ticks}.${row}`))
}

const quit = (): void => {
  screen.leave()
  process.stdout.write('the report\n')
  process.exit(0)
}

const screen = new Screen({
  input: process.stdin,
  output: process.stdout,
  onKey: (key) => {
    if (key === 'q' || key === '^C') quit()
    if (key === 'p') isPaused = !isPaused
    if (key === 'f') isFaultsOnly = !isFaultsOnly
    if (key === '?') isHelp = !isHelp
    if (key === 'x') throw new Error('thrown by the demo')
    if (key === 'e') process.exit(3)
    if (key === 't') tick()
    isThrowing = key === 'd'
    draw()
  },
  onResize: draw,
  onGone: () => {
    appendFileSync(log, 'gone\n')
    process.exit(4)
  },
})

const tick = (): void => {
  ticks++
  appendFileSync(log, `tick ${ticks}\n`)
  draw()
  setTimeout(tick, 5)
}

// Like a tail, which reads its logs anew.
if (handlers === 'own-handlers') {
  process.on('SIGHUP', () => {})
  process.on('uncaughtException', ({ message }) => {
    process.stderr.write(`caught: ${message}\n`)
    process.exit(5)
  })
}
writeFileSync(log, `${process.pid}\n`)
screen.enter()
draw()
