import { describe, expect, it } from 'vitest'
import type { Finding } from '../../src/report/report.ts'
import { findingsOf, type Handshake, times } from './handshake-facts.ts'
import { refusalOf } from './nginx-lines.ts'

/** Sessions as any healthy service has them: two backends, many clients. */
export const healthy = (count: number): Handshake[] => times(count, (index) => ({ at: index, status: 101, client: `198.51.100.${index % 200}`, upstream: `10.0.0.${1 + (index % 2)}:8080` }))

/** A path that nobody may paste into a configuration. */
export const HOSTILE = '/ws";}http{#/room'

interface RuleCases {
  readonly fires: readonly (readonly [name: string, handshakes: readonly Handshake[], expected: Partial<Finding> & { readonly says?: RegExp }])[]
  readonly silent: readonly (readonly [name: string, handshakes: readonly Handshake[]])[]
}

/** The specification of a rule: what it says of which log, and of which it says nothing. */
export const describeRule = (code: string, { fires, silent }: RuleCases): void => {
  describe(code, () => {
    it.each(fires)('fires: %s', async (_, handshakes, { says, ...expected }) => {
      const findings = await findingsOf(handshakes, code)
      expect(findings.length).toBeGreaterThan(0)
      const [finding] = findings
      expect(finding).toMatchObject(expected)
      if (says !== undefined) expect(`${finding!.title} ${finding!.detail} ${finding!.fix.nginx}`).toMatch(says)
      expect(finding!.source).toMatch(/^https:\/\//)
      expect(finding!.title.length).toBeLessThan(140)
      expect(finding!.fix.nginx).not.toMatch(/undefined|NaN|[";]\}http/)
      for (const text of [finding!.title, finding!.detail]) expect(text).not.toMatch(/undefined|NaN|Infinity/)
      for (const { fix } of findings) expect(refusalOf(fix.nginx)).toBe('')
    })

    it.each([['a healthy log', healthy(60)] as const, ...silent])('is silent: %s', async (_, handshakes) => {
      expect(await findingsOf(handshakes, code)).toEqual([])
    })
  })
}
