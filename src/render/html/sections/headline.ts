import type { Zone } from 'luxon'
import { isFault } from '../../../cause/cause.ts'
import type { Report } from '../../../report/report.ts'
import { isAnyEndingKnown, isLongerThanADay } from '../../facts.ts'
import { formatCount, formatInstant, formatMinute, formatSeconds, formatShare } from '../../format.ts'
import { MARKS, STATUS, TITLE } from '../../html-sentences.ts'
import { CAUSES, CONFIDENCES, endingText, healthSentences, LAYERS } from '../../sentences.ts'
import { divisible, html, type Markup } from '../markup.ts'
import type { Mood } from '../page.ts'

export const moodOf = ({ health: { status } }: Report): Mood => (status === 'ok' ? 'good' : status === 'unknown' ? 'unknown' : 'bad')

/** What an operator asks first: is it healthy, since when not, what drops most. */
export const headline = (report: Report, { zone }: { readonly zone: Zone }): Markup => {
  const { health, window, inputs, findings } = report
  const [first = '', ...rest] = healthSentences(report, zone)
  const { head, detail } = headOf(first)
  const finding = findings.find(({ severity }) => severity !== 'info')
  return html`<p class="about"><b>${TITLE}</b> <span>${window.from === null ? 'no lines in this time' : `${formatInstant(window.from, zone)} – ${formatInstant(window.to, zone)} ${window.timeZone}`}</span> <span class="files">${inputs.map(({ path }, index) => [index > 0 && ' ', html`<code>${path}</code>`])}</span></p>
<h1 class="${moodOf(report)}"><span class="mark" aria-hidden="true">${MARKS[health.status]}</span><span class="visually-hidden">${STATUS[health.status]}. </span><span>${head}${detail !== '' && html` <small>${detail}</small>`}</span></h1>
${rest.length > 0 && html`<p class="lead">${rest.map((sentence) => html`<span>${sentence}</span> `)}</p>`}
${finding !== undefined && html`<p class="first"><b>First to change:</b> <a href="#finding-1">${finding.title}</a></p>`}
${tiles(report, zone)}`
}

/** The shortest head that says something; the rest of a long sentence is set smaller. */
const MIN_HEAD = 20

const headOf = (sentence: string): { readonly head: string; readonly detail: string } => {
  const at = sentence.indexOf(': ', MIN_HEAD)
  return at < 0 ? { head: sentence, detail: '' } : { head: sentence.slice(0, at), detail: sentence.slice(at + 2) }
}

interface Tile {
  readonly label: string
  readonly value: string
  readonly note: string
  readonly isBad: boolean
}

/** The figures that the sentences rest on. */
const tiles = (report: Report, zone: Zone): Markup => {
  const { handshakes, sessions, drops, active, evidence } = report
  const { max, maxAt } = drops.perMinute
  const isKnown = isAnyEndingKnown(report)
  const rows: Tile[] = [
    { label: 'Reached 101', value: formatShare(handshakes.successRate), note: `of ${formatCount(handshakes.attempts)} handshakes`, isBad: report.health.reasons.includes('success-rate') },
    { label: 'Drops', value: formatCount(drops.count), note: max === null || max === 0 ? 'ends of sessions, of whatever kind' : `most in a minute: ${formatCount(max)} at ${formatMinute(maxAt, { zone, hasDate: isLongerThanADay(report) })}`, isBad: report.health.reasons.includes('drop-spikes') },
    ...(sessions.count === 0 ? [] : [{ label: 'Cut', value: isKnown ? formatShare(drops.faults / sessions.count) : '–', note: isKnown ? `${evidence.errorLogLevel === 'info' ? '' : 'at least '}${formatCount(drops.faults)} of ${formatCount(sessions.count)} sessions` : 'by whom, this log does not say', isBad: drops.faults > 0 }]),
    ...worst(report),
    ...(active.peak === null || active.peak === 0 ? [] : [{ label: 'Open at once', value: formatCount(active.peak), note: `at least, at ${formatMinute(active.peakAt, { zone, hasDate: isLongerThanADay(report) })}`, isBad: false }]),
  ]
  return html`<dl class="tiles">${rows.map(({ label, value, note, isBad }) => html`<div${isBad && html` class="bad"`}><dt>${label}</dt><dd><b${value.length > 12 && html` class="words"`}>${divisible(value.replaceAll(/(?<=\d) (?=\S+$)/g, NO_BREAK))}</b> <span>${note}</span></dd></div>`)}</dl>`
}

const NO_BREAK = '\u00A0'

const MIN_AGE_SHARE = 0.05

/** What costs most, in words: a cause of cut sessions or of failed handshakes; where none is known, an age. */
const worst = ({ endings, handshakes: { failures }, clusters }: Report): Tile[] => {
  const causes = [
    ...endings.filter(({ cause }) => isFault(cause)).map((ending) => ({ text: endingText(ending), count: ending.sessions, of: 'sessions', layer: ending.layer, confidence: ending.confidence })),
    ...failures.map(({ cause, count, layer, confidence }) => ({ text: CAUSES[cause], count, of: 'handshakes', layer, confidence })),
  ].sort((a, b) => b.count - a.count)
  const [most] = causes
  const cluster = clusters.find(({ cause, share }) => cause === null && share >= MIN_AGE_SHARE)
  if (cluster !== undefined && (most === undefined || cluster.sessions > most.count)) {
    return [{ label: 'Drops most', value: `at the age of ${formatSeconds(cluster.seconds)}`, note: `${formatCount(cluster.sessions)} sessions (${formatShare(cluster.share)}), by whom is not known`, isBad: true }]
  }
  return most === undefined ? [] : [{ label: 'Worst cause', value: most.text, note: `${formatCount(most.count)} ${most.of}, layer ${LAYERS[most.layer]}, ${CONFIDENCES[most.confidence]}`, isBad: true }]
}
