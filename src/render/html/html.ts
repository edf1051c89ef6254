import type { Zone } from 'luxon'
import type { Report } from '../../report/report.ts'
import { formatInstant } from '../format.ts'
import { STATUS, TITLE } from '../html-sentences.ts'
import { patternDefinitions } from './looks.ts'
import { html as markup } from './markup.ts'
import { type HtmlAssets, page, type PageFrame } from './page.ts'
import { basis } from './sections/basis.ts'
import { clusters } from './sections/clusters.ts'
import { durations } from './sections/durations.ts'
import { endings, failures } from './sections/endings.ts'
import { events } from './sections/events.ts'
import { findings } from './sections/findings.ts'
import { headline, moodOf } from './sections/headline.ts'
import { heatMap } from './sections/heat-map.ts'
import { pathPicture } from './sections/path-picture.ts'
import { rankings } from './sections/rankings.ts'
import { chartsElement, timeline } from './sections/timeline.ts'

export interface HtmlOptions {
  /** Zone of all times on the page. */
  readonly zone: Zone
  readonly assets: HtmlAssets
  /** Undefined: the page stands alone. */
  readonly page: PageFrame | undefined
}

const SECTIONS = [pathPicture, timeline, durations, findings, events, clusters, endings, failures, heatMap, rankings, basis]

/**
 * The report as a page for people who look instead of read: one file, that asks nobody for anything. All of it is there
 * without a script, too; with it the charts zoom, the tables sort, and the lines for nginx can be copied.
 */
export const renderHtml = (report: Report, { zone, assets, page: frame }: HtmlOptions): string =>
  page({
    title: frame?.title ?? `${STATUS[report.health.status]} – ${TITLE}, ${formatInstant(report.window.from, zone)}`,
    mood: moodOf(report),
    links: frame?.links ?? [],
    header: [patternDefinitions(), frame !== undefined && markup`<p class="period">${frame.title}</p>`, headline(report, { zone })],
    sections: [...(frame?.before ?? []), ...SECTIONS.flatMap((section) => section(report, { zone }) ?? []), ...(frame?.after ?? [])],
    footer: markup`<p>wslog ${report.version}, ${formatInstant(report.generatedAt, zone)}. Texts from the logs are shown as they stand there.</p>`,
    data: chartsElement(report, zone),
    assets,
  })
