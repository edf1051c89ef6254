import { closeSync, createReadStream, openSync, writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { Seeded } from '../helpers/seeded.ts'

const LINE = /^(\S+) - (\S+) \[(\d+)\/\w+\/(\d+):([\d:]+) [^\]]+\] "([^"]*)" (\d+) \S+ rt=(\S+) .* up="([^"]*)"$/
const BATCH = 5000

/**
 * Writes the error log that nginx, at level info, would have beside a log of `generateLog`: a line for each
 * handshake that failed and for as many of the idle cuts as make it `share` of the access log's size.
 */
export const generateErrorLog = async (accessLog: string, path: string, share = 0.1): Promise<number> => {
  const seeded = new Seeded(7)
  const file = openSync(path, 'w')
  let lines = 0
  let read = 0
  let written = 0
  let batch: string[] = []
  for await (const line of createInterface({ input: createReadStream(accessLog) })) {
    read += line.length + 1
    const match = LINE.exec(line)
    if (match === null) continue
    const [, client, host, day, year, time, request, status, seconds, upstream] = match
    const isIdle = status === '101' && seconds!.startsWith('60.')
    if (status === '499' || status === '403' || status === '400' || (status === '101' && !isIdle)) continue
    if (isIdle && written > read * share) continue
    const [level, message] = isIdle
      ? ['info', 'upstream timed out (110: Connection timed out) while proxying upgraded connection']
      : status === '502' ? ['error', 'connect() failed (111: Connection refused) while connecting to upstream'] : ['error', 'upstream timed out (110: Connection timed out) while reading response header from upstream']
    const target = request!.split(' ')[1]!
    const entry = `${year}/11/${day} ${time} [${level}] ${4000 + seeded.int(0, 4)}#0: *${++lines} ${message}, client: ${client}, server: ${host}, request: "${request}", upstream: "http://${upstream}${target}", host: "${host}"\n`
    batch.push(entry)
    written += entry.length
    if (batch.length === BATCH) {
      writeSync(file, batch.join(''))
      batch = []
    }
  }
  writeSync(file, batch.join(''))
  closeSync(file)
  return lines
}
