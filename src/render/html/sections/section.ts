import type { Zone } from 'luxon'
import type { Report } from '../../../report/report.ts'
import type { PageSection } from '../page.ts'

interface SectionOptions {
  readonly zone: Zone
}

/** One part of the page; undefined when it has nothing to say. */
export type Section = (report: Report, options: SectionOptions) => PageSection | undefined
