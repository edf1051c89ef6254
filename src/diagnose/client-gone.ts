import { failedBy, failureFinding } from './failed.ts'
import { plainPathOf } from './fixes.ts'
import type { Rule } from './rule.ts'
import { age, percent } from './wording.ts'

/** People close pages while they load: so many are usual. */
const USUAL_SHARE = 0.05
/** A minute is a wave when so many left in it, and they were so many of all that came. */
const WAVE = 10
const WAVE_SHARE = 0.3
/** Who waited so long gave up; who left sooner moved on. */
const PATIENCE_S = 2

/** 499: the client closed before it got an answer. Few are nothing; a wave says that answers came too late. */
export const clientGone: Rule = (facts) => {
  const failed = failedBy(facts, ({ cause, status }) => cause === 'client-gone' && status === 499)
  if (failed === undefined) return undefined
  const { failureSample } = facts.summary
  const perMinute = new Map<number, number>()
  for (const { startedAtMs } of failed.rows) {
    const minute = Math.floor(startedAtMs / 60_000) * 60_000
    perMinute.set(minute, (perMinute.get(minute) ?? 0) + 1 / failureSample.share)
  }
  const attempts = new Map(facts.report.timeline.filter((minute) => minute.attempts > 0).map((minute) => [Date.parse(minute.minute), minute.attempts]))
  const waves = [...perMinute].filter(([minute, count]) => count >= WAVE && count >= (attempts.get(minute) ?? 0) * WAVE_SHARE)
  if (waves.length === 0 && failed.share < USUAL_SHARE) return undefined
  const waited = failed.rows.map(({ durationMs }) => durationMs).filter((ms) => !Number.isNaN(ms)).sort((a, b) => a - b)
  const median = waited.length === 0 ? undefined : waited[waited.length >> 1]! / 1000
  const isPatient = median !== undefined && median >= PATIENCE_S
  return failureFinding(facts, failed, {
    code: 'client-gone',
    // Without a wait it may be the clients' own doing.
    severity: isPatient || waves.length > 0 ? 'warning' : 'info',
    layer: isPatient ? 'upstream' : 'client',
    title: isPatient ? `Clients give up after ${age(median)} without an answer` : waves.length > 0 ? 'Clients leave in waves before they get an answer' : 'Clients leave before they get an answer',
    detail: `${failed.count} handshakes (${percent(failed.share)}) ended with 499${median === undefined ? '' : `, half of them within ${age(median)}`}${waves.length === 0 ? '' : waves.length === 1 ? '; one minute stands out' : `; ${waves.length} minutes stand out`}.`,
    evidence: { medianSeconds: median ?? null, waves: waves.map(([minute, count]) => ({ minute: new Date(minute).toISOString(), count: Math.round(count) })).slice(0, 10) },
    fix: isPatient
      ? { text: 'The backend is too slow to answer, or nginx waits for one that is gone: see what it did at these times.', nginx: `# in the location of ${plainPathOf(failed.rows)}\nproxy_connect_timeout 2s;` }
      : { text: 'A client that starts several attempts and keeps the first, or a page that reloads itself, looks so; see which clients it is.', nginx: '' },
    source: 'https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_connect_timeout',
  })
}
