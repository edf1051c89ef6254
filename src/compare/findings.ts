import type { ComparableReport, ComparedFinding, FindingSide } from './comparison.ts'

/** Findings of both reports by their code, in the order of the later one, then those that are gone. */
export const compareFindings = (before: ComparableReport, after: ComparableReport): ComparedFinding[] => {
  const [own, other] = [byCode(before), byCode(after)]
  return [...new Set([...other.keys(), ...own.keys()])].map((code) => ({
    code,
    presence: own.has(code) ? (other.has(code) ? 'both' : 'gone') : 'appeared',
    before: own.get(code) ?? null,
    after: other.get(code) ?? null,
  }))
}

/** Of a code that is there twice (two upstreams), the first, which is the most harmful one. */
const byCode = ({ findings }: ComparableReport): Map<string, FindingSide> => {
  const found = new Map<string, FindingSide>()
  for (const { code, severity, title, sessions, share } of findings) if (!found.has(code)) found.set(code, { severity, title, sessions, share })
  return found
}
