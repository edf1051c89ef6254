import type { Layer } from '../cause/cause.ts'
import type { Finding } from '../report/report.ts'
import { type Failed, failedBy, failureFinding } from './failed.ts'
import { CONNECTION_MAP, plainPathOf, UPGRADE_HEADERS } from './fixes.ts'
import { workingPlaces } from './places.ts'
import type { Facts, Rule } from './rule.ts'
import { whereOf } from './where.ts'
import { counted, percent } from './wording.ts'

/** Tokens run out and strangers knock every day: a few refusals are what the check is for. */
const WARNING_SHARE = 0.05
/** Half of all users refused, at places where nobody gets in, is a setting and not a stranger. */
const CRITICAL_SHARE = 0.5

/** Whose refusal it was; auth_basic of nginx blames the client, but it is nginx that refuses. */
const BY_NGINX = new Set<Layer>(['nginx', 'client'])

const KINDS = [
  { code: 'origin-refused', cause: 'forbidden', status: 403 },
  { code: 'login-refused', cause: 'unauthorized', status: 401 },
] as const

/** 403: the origin check of a backend, or allow/deny of nginx. 401: no login, which a browser cannot ask for on a socket. */
export const originOrLoginRefused: Rule = (facts) =>
  KINDS.flatMap((kind) => [true, false].flatMap((isByNginx): Finding[] => {
    const failed = failedBy(facts, ({ cause, layer }) => cause === kind.cause && BY_NGINX.has(layer) === isByNginx)
    return failed === undefined ? [] : [refusal(facts, failed, { ...kind, isByNginx })]
  }))

const refusal = (facts: Facts, failed: Failed, { code, status, isByNginx }: (typeof KINDS)[number] & { isByNginx: boolean }): Finding => {
  const isWorking = failed.rows.some(workingPlaces(facts))
  const where = whereOf(failed.rows)
  const who = isByNginx ? 'nginx' : failed.layer === 'upstream' ? 'The backend' : 'nginx or the backend'
  return failureFinding(facts, failed, {
    code,
    layer: isByNginx ? 'nginx' : failed.layer,
    severity: failed.share < WARNING_SHARE ? 'info' : failed.share >= CRITICAL_SHARE && !isWorking ? 'critical' : 'warning',
    title: code === 'origin-refused' ? `${who} forbids handshakes ${where}${isByNginx ? '' : ', which may be an origin check'}` : `${who} asks handshakes ${where} for a login`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) from ${counted(new Set(failed.rows.map(({ client }) => client)).size, 'client')} were answered with ${status}${isByNginx ? ' by nginx itself' : failed.layer === 'upstream' ? ' by the backend' : ''}${isWorking ? '; others succeed at the same place' : '; nobody got in there'}.`,
    ...TEXTS[code][isByNginx ? 'nginx' : 'backend'](plainPathOf(failed.rows)),
  })
}

const TEXTS: Readonly<Record<'origin-refused' | 'login-refused', Readonly<Record<'nginx' | 'backend', (location: string) => Pick<Finding, 'fix' | 'source'>>>>> = {
  'origin-refused': {
    nginx: (location) => ({
      fix: { text: 'Look for allow, deny, satisfy or return 403 that holds for this location. Behind a load balancer nginx must first learn the real address of the client (real_ip).', nginx: `# in the location of ${location}; with the addresses that may come in\nallow 203.0.113.0/24;\ndeny all;` },
      source: 'https://nginx.org/en/docs/http/ngx_http_access_module.html',
    }),
    backend: (location) => ({
      fix: { text: "Backends compare Origin with the host they believe to have: pass them the one the browser used, and add the site to the backend's list of allowed origins.", nginx: `${CONNECTION_MAP}\n# in the location of ${location}, all of these: with one of its own\n# a location inherits no proxy_set_header from above\n${UPGRADE_HEADERS}\nproxy_set_header Host $http_host;\nproxy_set_header X-Forwarded-Proto $scheme;` },
      source: 'https://github.com/grafana/grafana/issues/34537',
    }),
  },
  'login-refused': {
    nginx: (location) => ({
      fix: { text: 'A browser cannot ask for a password on a socket. Where the backend checks a token itself, exempt the location of the socket.', nginx: `# in the location of ${location}; only where the backend checks who comes\nauth_basic off;` },
      source: 'https://github.com/home-assistant/core/issues/6184',
    }),
    backend: () => ({
      fix: { text: 'The token is missing, out of date, or dropped on the way: let the client renew it before it reconnects, and wait longer after each refusal. nginx passes Authorization and Cookie on unless it is told not to.', nginx: '' },
      source: 'https://github.com/home-assistant/core/issues/6184',
    }),
  },
}
