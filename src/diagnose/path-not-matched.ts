import { atMostWarning, failedOf, failureFinding, mostOf, failureSeverity } from './failed.ts'
import { CONNECTION_MAP, indented, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import { workingPlaces } from './places.ts'
import type { Rule } from './rule.ts'
import { percent, short } from './wording.ts'

/** A scanner asks for many paths, each hardly ever twice; an application asks for one. */
const MIN_OF_ONE_PATH = 0.2

/** nginx answers 404 by itself: no location passes this path to a backend. */
export const pathNotMatched: Rule = (facts) => {
  const failed = failedOf(facts, 'not-found')
  if (failed === undefined) return undefined
  const [path] = mostOf(failed.rows, 'path')
  if (path === undefined) return undefined
  const isOnePath = path.count >= failed.rows.length * MIN_OF_ONE_PATH
  const isElsewhere = failed.rows.some(workingPlaces(facts))
  const files = failed.rows.filter(({ verdict }) => verdict.confidence === 'confirmed').length
  const severity = isOnePath ? failureSeverity(failed) : 'info'
  const location = plainPathOf(failed.rows)
  return failureFinding(facts, failed, {
    code: 'path-not-matched',
    layer: 'nginx',
    severity: isElsewhere ? atMostWarning(severity) : severity,
    title: `No location of nginx passes ${short(path.name)} to a backend`,
    evidence: { differentPaths: new Set(failed.rows.map((row) => row.path)).size },
    detail: `nginx itself answered ${failed.count} handshakes (${percent(failed.share)}) with 404${files === 0 ? '' : files === failed.rows.length ? ': it looked for files of that name' : ', for some after it looked for a file of that name'}.${isElsewhere ? ' Others succeed right beside them.' : ''}`,
    fix: {
      text: "Give the path a location, or correct the client's URL. A regex location that matches first, or a missing slash at the end, leads it elsewhere.",
      nginx: `${CONNECTION_MAP}\n# in the server block; with the address of your backend\nlocation ${location} {\n    proxy_pass http://127.0.0.1:8080;\n${indented(UPGRADE_HEADERS)}\n}`,
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_core_module.html#location',
  })
}
