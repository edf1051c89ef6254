import type { Report } from '../report/report.ts'

/** The report as JSON, a row of each table a line: small enough to keep, and a diff shows what changed. */
export const renderJson = (report: Report): string => {
  const parts = Object.entries(report).map(([key, value]) => `${JSON.stringify(key)}: ${Array.isArray(value) && value.length > 0 ? `[\n${value.map((row) => `  ${JSON.stringify(row)}`).join(',\n')}\n]` : JSON.stringify(value)}`)
  return `{\n${parts.join(',\n')}\n}\n`
}
