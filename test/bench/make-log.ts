/** npx tsx test/bench/make-log.ts FOLDER MEGABYTES [FORMAT]: the benchmark's logs, to look at by other means. */
import { mkdirSync } from 'node:fs'
import { LOG_KINDS } from './logs.ts'
import { makeLogs } from './make-logs.ts'

const [folder = '.', megabytes = '500', format = 'ws'] = process.argv.slice(2)
const kind = LOG_KINDS.find(({ name }) => name === format)
if (kind === undefined) throw new Error(`no format ${format}: ${LOG_KINDS.map(({ name }) => name).join(', ')}`)
mkdirSync(folder, { recursive: true })
const { access, lines } = makeLogs(kind, { folder, megabytes: Number(megabytes) })
process.stdout.write(`${access}: ${lines} lines\n`)
