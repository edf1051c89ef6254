import { isFault, LAYER_OF, type SessionCause } from '../../cause/cause.ts'
import type { Hue, Pattern } from './charts-data.ts'
import { html, type Markup } from './markup.ts'

/** What a kind of drop looks like: the hue of its layer, and a pattern that tells it from others of that layer. */
export interface Look {
  readonly hue: Hue
  readonly pattern: Pattern
}
const PATTERNS: readonly Pattern[] = ['solid', 'stripes', 'dots', 'back']

/** Orderly ends are grey: the eye goes to what is not. */
export const hueOfCause = (cause: string): Hue => {
  if (!Object.hasOwn(LAYER_OF, cause)) return 'unknown'
  return isFault(cause as SessionCause) ? LAYER_OF[cause as SessionCause] : 'orderly'
}

/** A look for each cause, in the order given: of one hue, the first is solid. */
export const looksOf = (causes: readonly string[]): Look[] => {
  const used = new Map<Hue, number>()
  return causes.map((cause) => {
    const hue = hueOfCause(cause)
    const before = used.get(hue) ?? 0
    used.set(hue, before + 1)
    return { hue, pattern: PATTERNS[Math.min(before, PATTERNS.length - 1)]! }
  })
}

/** The attribute that fills a shape: a class of the style, or one of {@link patternDefinitions}. */
export const fill = ({ hue, pattern }: Look): Markup => (pattern === 'solid' ? html` class="f-${hue}"` : html` fill="url(#pattern-${hue}-${pattern})"`)

const HUES: readonly Hue[] = ['client', 'edge', 'nginx', 'upstream', 'unknown', 'orderly']

const SHAPES: Readonly<Record<Exclude<Pattern, 'solid'>, Markup>> = {
  stripes: html`<path d="M-1 5L5-1M-1 9L9-1M3 9L9 3"/>`,
  dots: html`<path d="M2 2h.01M6 6h.01"/>`,
  back: html`<path d="M-1 3L5 9M-1-1L9 9M3-1L9 5"/>`,
}

/** Patterns for the page's SVG pictures, once a page. */
export const patternDefinitions = (): Markup => html`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false"><defs>${HUES.flatMap((hue) =>
  (['stripes', 'dots', 'back'] as const).map((pattern) => html`<pattern id="pattern-${hue}-${pattern}" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="paper" width="8" height="8"/><g class="s-${hue} ${pattern}">${SHAPES[pattern]}</g></pattern>`))}</defs></svg>`

/** A small square of that look, for a legend. */
export const swatch = (look: Look): Markup => html`<svg class="swatch" width="14" height="14" aria-hidden="true" focusable="false"><rect${fill(look)} width="14" height="14" rx="2"/></svg>`
