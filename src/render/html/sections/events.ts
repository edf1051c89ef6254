import type { EventReport } from '../../../report/report.ts'
import { isLongerThanADay } from '../../facts.ts'
import { formatSecond } from '../../format.ts'
import { SECTIONS } from '../../html-sentences.ts'
import { EVENTS, eventDetail, eventSessions } from '../../sentences.ts'
import { html } from '../markup.ts'
import { figureColumn, table, textColumn } from '../table.ts'
import type { Section } from './section.ts'

/** What happened at one time to many sessions. */
export const events: Section = (report, { zone }) => {
  if (report.events.length === 0) return undefined
  const hasDate = isLongerThanADay(report)
  return {
    id: 'events',
    title: SECTIONS.events,
    body: table<EventReport>({
      caption: 'Reloads, stops, restarts, gaps and storms, in the order of time',
      columns: [
        textColumn('time', ({ at }) => html`<time datetime="${at}">${formatSecond(at, { zone, hasDate })}</time>`),
        textColumn('what', ({ kind }) => html`<b>${EVENTS[kind]}</b>`),
        figureColumn('sessions', eventSessions, ({ sessions }) => sessions),
        textColumn('upstream', ({ upstream }) => upstream ?? ''),
        textColumn('detail', eventDetail),
      ],
      rows: report.events,
      head: 0,
      isSortable: false,
      sortedBy: undefined,
    }),
  }
}
