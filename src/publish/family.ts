import { Counter, Gauge, type Metric, type MetricObject, Registry } from 'prom-client'

type Labels = Readonly<Record<string, string>>

/** One value; values with equal labels are added up. */
export interface Row {
  readonly labels: Labels
  readonly value: number
}

/** What a metric's name stands for, and its values now. One without rows is left out: not known is not 0. */
export type Family =
  | { readonly type: 'counter' | 'gauge'; readonly name: string; readonly help: string; readonly rows: readonly Row[] }
  /** `counts[i]` of the values up to `edges[i]` and above the edge before it; one more for those above all. */
  | { readonly type: 'histogram'; readonly name: string; readonly help: string; readonly edges: readonly number[]; readonly counts: readonly number[]; readonly sum: number }

export const addTo = (registry: Registry, family: Family): void => {
  if (family.type === 'histogram') {
    // prom-client's own histogram counts one value after the other; here they are counted already. What its AggregatorRegistry
    // registers is made in the same way.
    registry.registerMetric(collected(family) as unknown as Metric)
    return
  }
  const { name, help, rows } = family
  const [first] = rows
  if (first === undefined) return
  const options = { name, help, labelNames: Object.keys(first.labels), registers: [registry] }
  const metric = family.type === 'counter' ? new Counter(options) : new Gauge(options)
  for (const { labels, value } of rows) metric.inc({ ...labels }, value)
}

const collected = ({ name, help, edges, counts, sum }: Family & { type: 'histogram' }) => {
  let upTo = 0
  const buckets = counts.map((count, index) => {
    upTo += count
    // Both kinds of exposition write 60 as `60`: a series must not change its name with what a scraper asks for.
    return { metricName: `${name}_bucket`, labels: { le: edges[index] ?? '+Inf' }, value: upTo }
  })
  const values = [...buckets, { metricName: `${name}_sum`, labels: {}, value: sum }, { metricName: `${name}_count`, labels: {}, value: upTo }]
  return { name, help, type: 'histogram', get: async () => ({ name, help, type: 'histogram', values, aggregator: 'sum' }) as unknown as MetricObject }
}
