import type { SampledHandshake } from '../aggregate/handshake-sample.ts'
import type { Finding } from '../report/report.ts'
import { type Failed, failedOf, failureFinding, MIN_FAILED, partOf } from './failed.ts'
import { CONNECTION_MAP, indented, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import type { Facts, Rule } from './rule.ts'
import { whereOf } from './where.ts'
import { percent } from './wording.ts'

const PERMANENT = new Set([301, 308])

/** A redirect where a 101 was asked for: the WebSocket protocol lets clients give up, and browsers do. */
export const redirected: Rule = (facts) => {
  const failed = failedOf(facts, 'redirected')
  if (failed === undefined) return undefined
  const { sessionSample, failureSample } = facts.summary
  const folders = new Set([...sessionSample.rows, ...failureSample.rows].flatMap(({ path }) => foldersOf(path)))
  return KINDS.flatMap((kind): Finding[] => {
    const rows = failed.rows.filter((row) => kindOf(row, folders) === kind)
    return rows.length < MIN_FAILED ? [] : [redirect(facts, partOf(failed, rows), kind)]
  })
}

const redirect = (facts: Facts, failed: Failed, kind: Kind): Finding => {
  const location = plainPathOf(failed.rows).replace(/\/$/, '') || '/ws'
  return failureFinding(facts, failed, {
    code: 'redirected',
    layer: kind === 'backend' ? 'upstream' : 'nginx',
    title: `${kind === 'backend' ? 'The backend' : 'nginx'} redirects handshakes ${whereOf(failed.rows)}, and clients do not follow`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) were answered with ${Object.keys(failed.byStatus).join(', ')}. ${WHY[kind]}`,
    evidence: { kind },
    fix: {
      text: REMEDY[kind],
      nginx: kind === 'slash' ? `${CONNECTION_MAP}\n# in the server block, beside the location that ends in a slash; with the address of your backend\nlocation = ${location} {\n    proxy_pass http://127.0.0.1:8080;\n${indented(UPGRADE_HEADERS)}\n}` : '',
    },
    source: kind === 'slash' ? 'https://nginx.org/en/docs/http/ngx_http_core_module.html#location' : 'https://www.rfc-editor.org/rfc/rfc6455#section-4.1',
  })
}

const KINDS = ['slash', 'backend', 'scheme-or-host', 'other'] as const
type Kind = (typeof KINDS)[number]

const WHY: Readonly<Record<Kind, string>> = {
  slash: 'Their path lacks the slash at the end that nginx adds by redirect when only the location with the slash passes to a backend.',
  backend: 'The redirect came from the backend: a login page, or a slash it wants.',
  'scheme-or-host': 'A permanent redirect of nginx: it may lead from http to https, or to another host.',
  other: 'It may lead to a login page.',
}

const REMEDY: Readonly<Record<Kind, string>> = {
  slash: "Let the client ask for the path with the slash, or give the path without it a location of its own.",
  backend: 'Let the client ask for the URL that the redirect names; a login must be done before the socket is opened.',
  'scheme-or-host': 'Let the client open wss:// on the final host itself.',
  other: 'Let the client ask for the URL that the redirect names; a login must be done before the socket is opened.',
}

const kindOf = ({ status, path, upstream }: SampledHandshake, folders: ReadonlySet<string>): Kind => {
  if (upstream !== '') return 'backend'
  if (!PERMANENT.has(status)) return 'other'
  // Others ask below the path with the slash; ngx_http_static_module and a location with proxy_pass redirect with 301.
  return status === 301 && !path.endsWith('/') && folders.has(`${path}/`) ? 'slash' : 'scheme-or-host'
}

const foldersOf = (path: string): string[] => {
  const folders: string[] = []
  for (let slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) folders.push(path.slice(0, slash + 1))
  return folders
}
