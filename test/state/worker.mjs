/**
 * A process that works on a state, with the built program. node worker.mjs WHAT DIR …, and says each step in a line.
 *
 *   count N      opens, adds one to a counter, closes; N times
 *   loop         opens once and commits until it is killed; says the counter after each commit
 *   hold         opens, says `held`, and closes when standard input ends
 *   turns        for each line of standard input: opens, is alone or says so, closes
 *   full JSON    tries to keep JSON ({ meta, segment }); says the error
 */
import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { openState } from '../../dist/state/state.js'

const [what, dir, more] = process.argv.slice(2)
const say = (text) => writeSync(1, `${text}\n`)
const open = () => openState(dir, { isCreated: true, wait: { atMostMs: 60_000, everyMs: 2 }, now: Date.now, onWait: (holder) => what === 'hold' && say(`waits for ${holder.pid}`), signal: new AbortController().signal })

/** One more, in one of five segments of the day; all five become one every tenth time. */
const addOne = async (state) => {
  const counter = (state.meta?.counter ?? 0) + 1
  if (counter % 10 === 0) {
    let sum = 1
    for (const name of state.segments.keys()) sum += (await state.read(name)).sum
    await state.stage('2026-11-21', { sum })
    await state.commit({ meta: { counter }, remove: state.segments.keys() })
  } else {
    const name = `2026-11-21T0${counter % 5}`
    const sum = state.segments.has(name) ? (await state.read(name)).sum : 0
    await Promise.all([state.stage(name, { sum: sum + 1, text: 'x'.repeat(counter % 1000) }), state.stage('empty', { sum: 0 })])
    await state.commit({ meta: { counter }, remove: [] })
  }
  return counter
}

if (what === 'count') {
  for (let done = 0; done < Number(more); done++) {
    const state = await open()
    await addOne(state)
    await state.close()
  }
} else if (what === 'loop') {
  const state = await open()
  say('open')
  for (;;) say(String(await addOne(state)))
} else if (what === 'hold') {
  const state = await open()
  say('held')
  process.stdin.resume().on('end', () => state.close())
} else if (what === 'turns') {
  say('ready')
  for await (const turn of createInterface({ input: process.stdin })) {
    const state = await open()
    try {
      closeSync(openSync(join(more, 'inside'), 'wx'))
      await state.commit({ meta: { turns: (state.meta?.turns ?? 0) + 1 }, remove: [] })
      unlinkSync(join(more, 'inside'))
      say(`${turn} alone`)
    } catch (error) {
      say(`${turn} ${error.message}`)
    }
    await state.close()
  }
} else if (what === 'full') {
  const { meta, segment } = JSON.parse(more)
  const random = (length) => Array.from({ length }, () => Math.random().toString(36).slice(2)).join('')
  const state = await open()
  try {
    await state.stage('2026-11-21', { sum: 1, text: random(segment) })
    await state.commit({ meta: { counter: 1, text: random(meta) }, remove: state.segments.keys() })
    say('kept')
  } catch (error) {
    say(`${error.name} ${error.code} ${error.message}`)
  }
  await state.close()
}
