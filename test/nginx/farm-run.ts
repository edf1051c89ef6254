/** Runs one farm, as a process of its own: `farm-run.ts NGINX FOLDER OPTIONS-AS-JSON`; prints what came of it as JSON. */
import type { FarmOptions } from './farm-options.ts'
import { runFarmHere } from './farm-here.ts'

const [nginx = '', folder = '', options = '{}'] = process.argv.slice(2)
process.stdout.write(JSON.stringify(await runFarmHere({ nginx, folder, options: JSON.parse(options) as FarmOptions })))
process.exit(0)
