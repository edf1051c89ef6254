/** npx tsx test/bench/make-log.ts FILE MEGABYTES: the benchmark's log, to look at by other means. */
import { generateLog } from './generate.ts'

const [path = 'ws_access.log', megabytes = '500'] = process.argv.slice(2)
process.stdout.write(`${generateLog(path, Number(megabytes))} lines\n`)
