import type { Zone } from 'luxon'
import { renderEventLine, renderLine, renderTailJson } from '../render/live/line.ts'
import type { TailView } from './tail-loop.ts'

/** For a journal: a plain line an interval, and one for each event at once. */
export const lineView = ({ out, zone }: { readonly out: (text: string) => void; readonly zone: () => Zone }): TailView => ({
  event: (event) => out(`${renderEventLine(event, { zone: zone() })}\n`),
  interval: (snapshot) => out(`${renderLine(snapshot, { zone: zone() })}\n`),
  refresh: () => {},
})

/** For a program: an object an interval, and one for each event at once. */
export const jsonView = ({ out }: { readonly out: (text: string) => void }): TailView => ({
  event: (event) => out(`${renderTailJson(event)}\n`),
  interval: (snapshot) => out(`${renderTailJson(snapshot)}\n`),
  refresh: () => {},
})

/** For nobody: metrics and webhooks are all that is wanted. */
export const SILENT_VIEW: TailView = { event: () => {}, interval: () => {}, refresh: () => {} }
