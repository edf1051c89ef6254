import { FixedOffsetZone, type Zone } from 'luxon'
import { loadHtmlAssets } from '../../src/commands/html-assets.ts'
import { renderHtml } from '../../src/render/html/html.ts'
import type { PageFrame } from '../../src/render/html/page.ts'
import type { Report } from '../../src/report/report.ts'
import { Seeded } from './seeded.ts'
import { NOON } from './sample-report.ts'

/** The page of a report, as `-o x.html` writes it. */
export const pageOf = async (report: Report, { zone = FixedOffsetZone.utcInstance, page }: { zone?: Zone; page?: PageFrame } = {}): Promise<string> =>
  renderHtml(report, { zone, assets: await loadHtmlAssets(), page })

const CAUSES = ['closed', 'idle-timeout', 'worker-shutdown', 'edge-idle-timeout', 'upstream-restart', 'upstream-reset', 'client-reset', 'client-lost', 'lifetime-limit'] as const

/** A report with as many minutes of busy traffic, drops of nine causes in each. */
export const withBusyMinutes = (report: Report, minutes: number): Report => {
  const seeded = new Seeded(5)
  const timeline = Array.from({ length: minutes }, (_, index) => {
    const causes = Object.fromEntries(CAUSES.map((cause) => [cause, 1 + Math.floor(seeded.next() * 900)]))
    const drops = Object.values(causes).reduce((sum, count) => sum + count, 0)
    const attempts = 5000 + Math.floor(seeded.next() * 5000)
    return { minute: new Date(NOON + index * 60_000).toISOString(), attempts, succeeded: attempts - Math.floor(seeded.next() * 300), drops, faults: drops - causes['closed']! - causes['lifetime-limit']!, active: 10_000 + Math.floor(seeded.next() * 30_000), causes }
  })
  return { ...report, timeline, window: { ...report.window, from: timeline[0]!.minute, to: timeline.at(-1)!.minute } }
}
