import type { LiveEvent, LiveEventKind } from '../live/snapshot.ts'
import { clip } from '../render/sanitize.ts'
import type { Instant } from '../report/report.ts'

const NOTIFICATION_SCHEMA = 'wslog.notification/1'

/** Where an event was seen. */
export interface NotificationContext {
  /** Name of the machine. */
  readonly host: string
  /** The logs that are followed. */
  readonly logs: readonly string[]
}

/** What a webhook gets of an event (src/report/notification.schema.json). Texts from the log are untrusted. */
export interface Notification {
  readonly schema: typeof NOTIFICATION_SCHEMA
  /** The whole on one line, for receivers that show a text: harmless in a chat. */
  readonly text: string
  readonly event: LiveEventKind
  readonly at: Instant
  readonly detail: string
  /** Sessions that it cost, about; null: not known, or none. */
  readonly sessions: number | null
  readonly upstream: string | null
  readonly host: string
  readonly logs: readonly string[]
}

/** The widest that a text from an event is in `text`. */
const MAX_WIDTH = 500

export const notificationOf = ({ event, at, detail, sessions, upstream }: LiveEvent, { host, logs }: NotificationContext): Notification => {
  const facts = [sessions === null ? '' : `${sessions} session${sessions === 1 ? '' : 's'}`, upstream === null ? '' : `upstream ${clip(upstream, MAX_WIDTH)}`].filter((fact) => fact !== '')
  const text = `wslog on ${host}: ${event} at ${at}: ${clip(detail, MAX_WIDTH)}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`
  return { schema: NOTIFICATION_SCHEMA, text: harmless(text), event, at, detail, sessions, upstream, host, logs }
}

/** A client can put `<!channel>`, `@all` or a link behind another text into a path: in Slack and Mattermost they would act. Look-alikes do not. */
const harmless = (text: string): string => text.replaceAll('<', '‹').replaceAll('>', '›').replaceAll('@', '＠').replaceAll('](', '] (')
