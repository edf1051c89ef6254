import { expect } from 'vitest'
import type { Rule } from '../../src/diagnose/rule.ts'
import type { Finding } from '../../src/report/report.ts'
import { factsOf } from './facts.ts'
import { type DayOptions, logsOf, type Visit } from './day.ts'
import { refusedByNginx } from './nginx-refusal.ts'

/** What a rule has to say to visits; each finding is checked for what holds for all. */
export const findingsOf = async (rule: Rule, visits: readonly Visit[], { readTimeoutMs, ...options }: DayOptions & { readTimeoutMs?: number } = {}): Promise<Finding[]> => {
  const logs = logsOf(visits, options)
  const said = rule(await factsOf(readTimeoutMs === undefined ? logs : { ...logs, readTimeoutMs }))
  const findings = said === undefined ? [] : 'code' in said ? [said] : [...said]
  findings.forEach(expectWellFormed)
  return findings
}

/** As {@link findingsOf}, for a rule that says one thing. */
export const findingOf = async (...args: Parameters<typeof findingsOf>): Promise<Finding | undefined> => {
  const findings = await findingsOf(...args)
  expect(findings.length).toBeLessThan(2)
  return findings[0]
}

const expectWellFormed = (finding: Finding): void => {
  const { code, title, detail, fix, source, share, sessions, sessionsPerDay } = finding
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
  expect(title.length).toBeLessThan(110)
  expect(title).not.toMatch(/\.$|NaN|undefined|Infinity/)
  expect(detail).toMatch(/\.$/)
  expect(detail + fix.text).not.toMatch(/NaN|undefined|Infinity/)
  expect(fix.text).toMatch(/\.$/)
  expect(source).toMatch(/^https:\/\/\S+$/)
  expect(share).toBeGreaterThanOrEqual(0)
  expect(share).toBeLessThanOrEqual(1)
  expect(Number.isInteger(sessions) && Number.isInteger(sessionsPerDay)).toBe(true)
  expect(refusedByNginx(fix.nginx)).toBe('')
}
