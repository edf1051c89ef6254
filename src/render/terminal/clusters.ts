import type { ClusterReport } from '../../report/report.ts'
import { clusterFacts } from '../facts.ts'
import { formatAge } from '../format.ts'
import { sanitize } from '../sanitize.ts'
import { candidatesSentence } from '../sentences.ts'
import { wrap } from '../wrap.ts'
import type { Section } from './options.ts'

const MAX_CLUSTERS = 10

/** Ages at which sessions end together: what a timer leaves behind, and whose it is. */
export const clusters: Section = ({ clusters: found }, { paint, width }) => {
  if (found.length === 0) return undefined
  const shown = found.slice(0, MAX_CLUSTERS)
  const ageWidth = Math.max(...shown.map(({ seconds }) => formatAge(seconds).length))
  const indent = ' '.repeat(ageWidth + 4)
  const part = (cluster: ClusterReport): string[] => {
    const { seconds, evidence } = cluster
    const { sessions, isFault, verdict } = clusterFacts(cluster)
    const first = `  ${formatAge(seconds).padStart(ageWidth)}  ${sessions}`
    const mark = isFault ? `${paint.bad('✗')} ` : ''
    const known = candidatesSentence(cluster)
    return [
      first,
      `${indent}${mark}${paint.strong(verdict)}`,
      ...(evidence.length > 0 ? wrap(sanitize(evidence.join('; ')), width, { first: indent }).map(paint.faint) : []),
      ...(known === undefined ? [] : wrap(sanitize(known), width, { first: indent })),
    ]
  }
  const rest = found.length - shown.length
  return [paint.strong('Ages at which sessions end together'), ...shown.flatMap(part), ...(rest > 0 ? [paint.faint(`  ${rest} more in --json`)] : [])]
}
