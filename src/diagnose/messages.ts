import type { Facts } from './rule.ts'

/** How many entries of the error logs say one of these, by the ids of src/error-log/messages.ts. */
export const said = ({ report }: Pick<Facts, 'report'>, ids: readonly string[]): number =>
  report.evidence.messages.reduce((sum, { message, count }) => sum + (message !== null && ids.includes(message) ? count : 0), 0)
