import { formatCount } from '../../format.ts'
import { HEAT_NOTE, SECTIONS } from '../../html-sentences.ts'
import { heatOf } from '../heat.ts'
import { html, type Markup } from '../markup.ts'
import type { Section } from './section.ts'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
const LEVELS = 6

/** At which hours of the week sessions drop. */
export const heatMap: Section = ({ timeline, window }, { zone }) => {
  const heat = heatOf(timeline, zone)
  if (heat === undefined) return undefined
  const caption = `Drops an hour, by weekday and hour in ${window.timeZone}`
  return {
    id: 'heat',
    title: SECTIONS.heat,
    body: html`<p class="note">${HEAT_NOTE} Times in ${window.timeZone}.</p>
<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="heat"><caption class="visually-hidden">${caption}</caption>
<thead><tr><td></td>${Array.from({ length: 24 }, (_, hour) => html`<th scope="col">${String(hour).padStart(2, '0')}</th>`)}</tr></thead>
<tbody>${heat.rows.map((hours, day) => html`<tr><th scope="row"><abbr title="${DAYS[day]}">${DAYS[day]!.slice(0, 3)}</abbr></th>${hours.map((mean) => cell(mean, heat.most))}</tr>
`)}</tbody></table></div>`,
  }
}

const cell = (mean: number | null, most: number): Markup => {
  if (mean === null) return html`<td class="none"><span class="visually-hidden">not in the log</span></td>`
  const level = mean === 0 || most === 0 ? 0 : Math.max(1, Math.ceil((mean / most) * LEVELS))
  return html`<td class="h${level}${mean === most && most > 0 && html` most`}">${short(mean)}</td>`
}

/** At most four characters: 0, 7, 0.4, 123, 4.6k, 12k, 1.2M. */
const short = (value: number): string => {
  if (value === 0) return '0'
  if (value < 0.05) return '<.1'
  if (value < 9.95) return formatCount(value)
  if (value < 999.5) return String(Math.round(value))
  const [scaled, unit] = value < 999_500 ? [value / 1000, 'k'] : [value / 1e6, 'M']
  return `${scaled < 9.95 ? formatCount(scaled) : Math.round(scaled)}${unit}`
}
