import type { Finding } from '../report/report.ts'
import { briefly, type Failed, failedOf, failureFinding, mostOf } from './failed.ts'
import { plainPathOf } from './fixes.ts'
import type { Facts, Rule } from './rule.ts'
import { age, percent, short } from './wording.ts'

/** The backend takes the connection and answers nothing in time, or does not even take it. */
export const backendSlow: Rule = (facts) => {
  const slow = failedOf(facts, 'handshake-timeout')
  const unreachable = failedOf(facts, 'connect-timeout')
  return [...(slow === undefined ? [] : [late(facts, slow)]), ...(unreachable === undefined ? [] : [silent(facts, unreachable)])]
}

const late = (facts: Facts, failed: Failed): Finding => {
  const waited = medianSeconds(failed)
  const names = mostOf(failed.rows, 'upstream').slice(0, 3).map(({ name }) => short(name)).join(', ')
  return failureFinding(facts, failed, {
    code: 'backend-slow',
    layer: 'upstream',
    title: `The backend ${failed.confidence === 'guess' ? 'may not answer' : 'does not answer'} handshakes in time`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) got 504${waited === undefined ? '' : ` after ${age(waited)} (median)`}${names === '' ? '' : `, from ${names}`}.${briefly(facts, failed)}`,
    evidence: { medianSeconds: waited ?? null },
    fix: {
      text: 'A backend that is out of files, or whose event loop is blocked, accepts in the kernel and never answers: look at its load and its limit of open files. A longer timeout only makes the wait longer; trying another backend helps, where there is one.',
      nginx: `# in the location of ${plainPathOf(failed.rows)}\nproxy_next_upstream_tries 2;\nproxy_next_upstream_timeout 10s;`,
    },
    source: 'https://github.com/beyondcode/laravel-websockets/issues/709',
  })
}

const silent = (facts: Facts, failed: Failed): Finding => {
  const upstreams = mostOf(failed.rows, 'upstream')
  return failureFinding(facts, failed, {
    code: 'backend-unreachable',
    layer: 'upstream',
    title: `nginx cannot reach the backend${upstreams.length === 1 ? ` ${short(upstreams[0]!.name)}` : ''}`,
    detail: `${failed.count} handshakes (${percent(failed.share)}) failed because no connection to ${upstreams.slice(0, 3).map(({ name }) => short(name)).join(', ') || 'the backend'} came about: no answer, or no route.${briefly(facts, failed)}`,
    evidence: { medianSeconds: medianSeconds(failed) ?? null },
    fix: {
      text: 'Check the address in proxy_pass, the firewall and the route. A shorter connect timeout lets nginx turn to another backend sooner: the default is 60 s.',
      nginx: `# in the location of ${plainPathOf(failed.rows)}\nproxy_connect_timeout 5s;`,
    },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_connect_timeout',
  })
}

const medianSeconds = ({ rows }: Failed): number | undefined => {
  const durations = rows.map(({ durationMs }) => durationMs).filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b)
  return durations.length === 0 ? undefined : durations[durations.length >> 1]! / 1000
}
