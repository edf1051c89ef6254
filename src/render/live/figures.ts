import type { LiveFigures } from '../../live/snapshot.ts'
import { formatShare } from '../format.ts'
import { cutsPerMinute, formatRate } from '../live-sentences.ts'
import { LABEL_WIDTH } from './measures.ts'
import { EMPTY, left, type Line, right, type Style } from './spans.ts'
import type { Section } from './view.ts'

/** Seconds of each window that has a column, and the column's title. */
const WINDOWS = [{ seconds: 10, title: 'now', width: 9 }, { seconds: 60, title: '1 min', width: 9 }, { seconds: 300, title: '5 min', width: 10 }, { seconds: 3600, title: '60 min', width: 10 }] as const

export const FIGURES_WIDTH = WINDOWS.reduce((sum, { width }) => sum + width, LABEL_WIDTH)

/** Handshakes, drops and cuts, now and over 1, 5 and 60 minutes. */
export const figures: Section = ({ windows }, { width: all, rows }) => {
  const labelWidth = Math.max(0, Math.min(LABEL_WIDTH, all - WINDOWS[0].width))
  const columns = WINDOWS.filter((_, index) => index === 0 || WINDOWS.slice(0, index + 1).reduce((sum, { width }) => sum + width, LABEL_WIDTH) <= all).map((column) => ({ ...column, figures: windows.find(({ seconds }) => seconds === column.seconds) }))
  const line = (label: string, styles: readonly Style[], textOf: (figures: LiveFigures) => string, isBad: (figures: LiveFigures) => boolean = () => false): Line => [
    left(label, labelWidth, ...styles),
    ...columns.map(({ figures: own, width }) => {
      if (own === undefined || own.watchedSeconds === 0) return right('–', width, 'faint')
      return right(textOf(own), width, ...(isBad(own) ? ['bad' as const] : []))
    }),
  ]
  const head: Line = [left('', labelWidth), ...columns.map(({ figures: own, title, width }) => (own === undefined || isWhole(own) ? right(title, width, 'faint') : right(partOf(own), width, 'warn')))]
  return [
    head,
    line('handshakes/s', [], ({ handshakes }) => formatRate(handshakes.perSecond)),
    line('reached 101', [], ({ handshakes }) => formatShare(handshakes.successRate), ({ handshakes }) => handshakes.successRate !== null && handshakes.successRate < 0.95),
    line('drops/min', [], ({ drops }) => formatRate(drops.perMinute)),
    line('  of them cut', [], (own) => formatRate(cutsPerMinute(own)), ({ drops }) => drops.faults > 0),
    EMPTY,
  ].slice(0, rows)
}

const isWhole = ({ seconds, watchedSeconds }: LiveFigures): boolean => watchedSeconds >= seconds

/** How much of a window has been watched so far: `23/60 s`, `2/5 min`, `12/60 min`. */
const partOf = ({ seconds, watchedSeconds }: LiveFigures): string => {
  if (seconds <= 60) return `${Math.floor(watchedSeconds)}/${seconds} s`
  const minutes = Math.floor(watchedSeconds / 60)
  return `${minutes === 0 ? '<1' : minutes}/${seconds / 60} min`
}
