import { benjaminiHochberg } from './adjust.ts'
import { LEVEL } from './chance.ts'
import type { ChangeVerdict, ComparedRow, Measure, RowReason } from './comparison.ts'
import type { DraftRow, Measured } from './measured.ts'

/** A measure with its corrected p. */
type Judged = Measured & { readonly adjustedP: number | null }

/** Judges the rows, all together: how sure one is depends on how many there are. `isSameReport`: nothing is left to chance. */
export const judgeRows = (drafts: readonly DraftRow[], { isSameReport }: { readonly isSameReport: boolean }): { rows: ComparedRow[]; tests: number } => {
  const measures = drafts.flatMap(({ main, also, reason }) => (reason === null ? [main, ...(also === null ? [] : [also])] : [])).filter(({ p }) => p !== null)
  const adjusted = benjaminiHochberg(measures.map(({ p }) => p!))
  const adjustedOf = new Map(measures.map((measure, index) => [measure, adjusted[index]!]))
  const judged = (measure: Measured): Judged => ({ ...measure, adjustedP: adjustedOf.get(measure) ?? null })
  return {
    tests: measures.length,
    rows: drafts.map((draft): ComparedRow => {
      const { id, group, label, good, counts, presence } = draft
      const [main, also] = [judged(draft.main), draft.also === null ? null : judged(draft.also)]
      const { verdict, reason } = isSameReport ? { verdict: 'same' as const, reason: null } : judge({ ...draft, main, also })
      return { id, group, label, good, ...plain(main), counts, also: also === null ? null : plain(also), presence, verdict, reason }
    }),
  }
}

const plain = ({ unit, before, after, difference, ratio, interval, p, adjustedP }: Judged): Measure => ({ unit, before, after, difference, ratio, interval, p, adjustedP })

const judge = ({ main, also, good, reason }: Pick<DraftRow, 'good' | 'reason'> & { readonly main: Judged; readonly also: Judged | null }): { verdict: ChangeVerdict; reason: RowReason | null } => {
  if (reason !== null) return { verdict: 'unclear', reason }
  if (also === null) return isChange(main) ? { verdict: towards(main, good), reason: null } : { verdict: main.isSame ? 'same' : 'unclear', reason: main.isSame ? null : main.reason }
  if (isChange(main) && isChange(also) && Math.sign(main.difference!) === Math.sign(also.difference!)) return { verdict: towards(main, good), reason: null }
  if (isChange(main) || isChange(also)) return { verdict: 'changed', reason: 'measures-differ' }
  const isSame = main.isSame && also.isSame
  return { verdict: isSame ? 'same' : 'unclear', reason: isSame ? null : (main.reason ?? also.reason) }
}

/** Beyond chance, and of a size that matters. */
const isChange = ({ adjustedP, difference, margin }: Judged): boolean => adjustedP !== null && adjustedP < LEVEL && difference !== null && Math.abs(difference) >= margin

const towards = ({ difference }: Judged, good: DraftRow['good']): ChangeVerdict => (good === 'neither' ? 'changed' : difference! > 0 === (good === 'up') ? 'better' : 'worse')
