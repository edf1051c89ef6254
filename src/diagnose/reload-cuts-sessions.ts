import { endedOf } from './endings.ts'
import { nginxLines } from './nginx-lines.ts'
import { perDay, type Rule } from './rule.ts'
import { isWorthSaying, severityOf } from './severity.ts'
import { counted, percent } from './wording.ts'

/** A shorter log says nothing of how often a day nginx is reloaded. */
const MIN_RATE_MS = 6 * 3_600_000

/** Reloads with worker_shutdown_timeout cut the sessions of the old workers. */
export const reloadCutsSessions: Rule = (facts) => {
  const ended = endedOf(facts, 'worker-shutdown')
  if (!isWorthSaying(ended)) return undefined
  const { sessions, share } = ended
  const reloads = facts.report.events.filter(({ kind }) => kind === 'reload')
  const cutting = reloads.filter((event) => event.sessions !== null && event.sessions > 0)
  const isConfirmed = facts.report.endings.some(({ cause, confidence }) => cause === 'worker-shutdown' && confidence === 'confirmed')
  const perReload = Math.round(sessions / Math.max(1, cutting.length))
  const hasRate = facts.summary.toMs - facts.summary.fromMs >= MIN_RATE_MS
  const delays = facts.patterns.cuts.filter(({ by }) => by === 'nginx').flatMap(({ fromMs }) => {
    const reload = reloads.findLast(({ at, detail }) => Date.parse(at) <= fromMs + 1000 && detail.startsWith('nginx was reloaded'))
    return reload === undefined ? [] : [Math.max(0, Math.round((fromMs - Date.parse(reload.at)) / 1000))]
  })
  return {
    code: 'reload-cuts-sessions',
    severity: severityOf({ sessions, share }, isConfirmed ? 'confirmed' : 'likely'),
    layer: 'nginx',
    title: `Reloads of nginx cut sessions: about ${perReload} each time`,
    detail: `${counted(sessions, 'session')} (${percent(share)}) were cut by ${counted(Math.max(1, cutting.length), 'reload')}${delays.length === 0 ? '' : `, ${Math.max(...delays)} s after it: that is worker_shutdown_timeout`}${hasRate && reloads.length > 1 ? `; nginx is reloaded about ${perDay(facts, reloads.length)} times a day` : ''}. ${isConfirmed ? 'Old workers left at that moment, as nginx logged.' : 'They ended together over all upstreams, half sent or with only newer ones left: likely old workers.'}`,
    sessions,
    share,
    sessionsPerDay: perDay(facts, sessions),
    evidence: { reloads: reloads.length, cuttingReloads: cutting.length, sessionsPerReload: perReload, shutdownSeconds: delays, isConfirmed },
    fix: {
      text: 'Reload less often (change upstreams at run time, gather changes), and give old workers more time: each keeps its memory until its last session ends. Clients should wait a random time before they reconnect.',
      nginx: nginxLines({ into: 'the main context', lines: ['worker_shutdown_timeout 1h;'] }),
    },
    source: 'https://nginx.org/en/docs/ngx_core_module.html#worker_shutdown_timeout',
  }
}
