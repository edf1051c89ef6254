/**
 * node --expose-gc --import tsx test/run/replay.ts HOURS: a tail lives through so many hours of log, on a clock of its own;
 * prints the bytes that it holds after each hour as a JSON array.
 */
import { appendFileSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Seeded } from '../helpers/seeded.ts'
import { readAll, tailOf } from '../helpers/tail.ts'
import { errorStamp, timeLocal } from '../helpers/nginx-time.ts'

const HOURS = Number(process.argv[2])
const START_MS = Date.UTC(2026, 10, 20)
const STEP_MS = 10_000
const LINES_A_STEP = 100
const LOOK_EVERY_MS = 60_000
const HOUR_MS = 3_600_000

const folder = mkdtempSync(join(tmpdir(), 'wslog-replay-'))
const [access, errors] = [join(folder, 'access.log'), join(folder, 'error.log')]
for (const path of [access, errors]) writeFileSync(path, '')
const random = new Seeded(11)
const clock = { ms: START_MS }
const tail = await tailOf(clock, { files: [access], errorFiles: [errors], countedFields: ['clients', 'paths'] })

/** Ten seconds of a busy site: anyone may ask for any path, a third is cut at 60 s, now and then a backend dies. */
const step = (): void => {
  let [accessText, errorText] = ['', '']
  for (let index = 0; index < LINES_A_STEP; index++) {
    const endMs = clock.ms + Math.floor((index * STEP_MS) / LINES_A_STEP)
    const client = `${random.int(11, 200)}.${random.int(0, 256)}.${random.int(0, 256)}.${random.int(1, 255)}`
    const path = random.next() < 0.1 ? `/ws/${random.int(0, 1_000_000_000)}` : `/ws/room${random.int(0, 200)}`
    const isIdle = random.next() < 0.3
    const status = random.next() < 0.03 ? 502 : 101
    const seconds = isIdle ? `60.00${random.int(0, 10)}` : `${random.int(1, 5000)}.${random.int(100, 1000)}`
    if (isIdle) errorText += `${errorStamp(endMs)} [info] 7#7: *${index} upstream timed out (110: Connection timed out) while proxying upgraded connection, client: ${client}, server: a, request: "GET ${path} HTTP/1.1", upstream: "http://10.0.0.1:80${path}", host: "a"\n`
    accessText += `${client} - a [${timeLocal(endMs)}] "GET ${path} HTTP/1.1" ${status} ${isIdle ? 0 : random.int(5, 90_000)} rt=${seconds} urt=${seconds} ua="agent ${random.int(0, 1_000_000)}" up="10.0.0.${random.int(1, 5)}:80"\n`
  }
  appendFileSync(errors, errorText)
  appendFileSync(access, accessText)
}

const held: number[] = []
for (let hour = 1; hour <= HOURS; hour++) {
  for (let doneMs = 0; doneMs < HOUR_MS; doneMs += STEP_MS) {
    step()
    clock.ms += STEP_MS
    readAll(tail)
    if (doneMs % LOOK_EVERY_MS === 0) {
      tail.look()
      tail.takeEvents()
      tail.snapshot({ isLast: true })
    }
  }
  for (const path of [access, errors]) {
    renameSync(path, `${path}.1`)
    writeFileSync(path, '')
  }
  readAll(tail)
  // What is freed in a turn of the event loop is gone after the next one.
  for (let turn = 0; turn < 3; turn++) {
    await new Promise((resolve) => setImmediate(resolve))
    globalThis.gc!()
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  held.push(heapUsed + arrayBuffers)
}
const { read } = tail.report().lines
rmSync(folder, { recursive: true })
process.stdout.write(JSON.stringify({ read, written: HOURS * (HOUR_MS / STEP_MS) * LINES_A_STEP, held }))
