import { Registry, type RegistryContentType } from 'prom-client'
import type { RunTotals } from '../live/snapshot.ts'
import { emptyOpenNames, familiesOf } from './families.ts'
import { addTo, type Family } from './family.ts'
import { processFamilies } from './process-families.ts'

/** `textfile`: as `text`, but without `process_*`: node_exporter has those of itself, and a series may stand in an exposition once. */
export type Exposition = 'openmetrics' | 'text' | 'textfile'

export const CONTENT_TYPE: Readonly<Record<Exclude<Exposition, 'textfile'>, string>> = { openmetrics: Registry.OPENMETRICS_CONTENT_TYPE, text: Registry.PROMETHEUS_CONTENT_TYPE }

/** The metrics of a tail. Labels are bounded for as long as it runs; texts from the log stand in them made safe, 200 characters at most. */
export class Metrics {
  readonly #version: string
  readonly #openNames = emptyOpenNames()

  constructor({ version }: { version: string }) {
    this.#version = version
  }

  /**
   * All metrics as text, by what is counted now. Nothing is kept from one call to the next, so two scrapers see the same (and prom-client
   * renames the counters of a registry that it wrote as OpenMetrics).
   */
  async render(totals: RunTotals, exposition: Exposition): Promise<string> {
    const registry = new Registry<RegistryContentType>()
    registry.setContentType(exposition === 'openmetrics' ? Registry.OPENMETRICS_CONTENT_TYPE : Registry.PROMETHEUS_CONTENT_TYPE)
    const families: readonly Family[] = [...familiesOf(totals, { version: this.#version, openNames: this.#openNames }), ...(exposition === 'textfile' ? [] : processFamilies())]
    for (const family of families) addTo(registry as Registry, family)
    return registry.metrics()
  }
}
