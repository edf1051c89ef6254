/** Says how right the built program is on farms made before: npx tsx test/nginx/score-farm.ts DIR... */
import { readFileSync } from 'node:fs'
import type { Cause } from './farm-options.ts'
import { compareLevels } from './said.ts'

for (const folder of process.argv.slice(2)) {
  const { _events: _, ...rows } = JSON.parse(readFileSync(`${folder}/truth.json`, 'utf8')) as Record<string, { cause: Cause }>
  const truth = new Map(Object.entries(rows).map(([id, { cause }]) => [id, cause]))
  const { text } = await compareLevels(truth, { rich: `${folder}/ws_rich.log`, ws: `${folder}/ws_access.log`, infoErrors: `${folder}/error_info.log`, warnErrors: `${folder}/error_warn.log` })
  process.stdout.write(`== ${folder}\n${text}\n\n`)
}
