import { sanitize } from '../sanitize.ts'

/** What a template may hold: markup as it is, texts escaped, lists one after the other, nothing for null, undefined and false. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[]

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;', '`': '&#96;' }

/** A text as HTML shows it, in an element or between quotes; what a reader could not see or would be misled by is shown as its code. */
const escape = (text: string): string => sanitize(text).replaceAll(/[&<>"'`]/g, (char) => ESCAPES[char]!)

/**
 * Text that is HTML. Only {@link html} and {@link verbatim} make it, so that no text from a log can become markup by accident:
 * a string that is put into a template is escaped, wherever it comes from.
 */
export class Markup {
  readonly #text: string
  private constructor(text: string) {
    this.#text = text
  }

  static of(strings: readonly string[], values: readonly Content[]): Markup {
    return new Markup(strings.map((string, index) => (index === 0 ? string : Markup.#textOf(values[index - 1]) + string)).join(''))
  }

  static #textOf(value: Content): string {
    if (value === null || value === undefined || value === false) return ''
    if (value instanceof Markup) return value.#text
    if (typeof value === 'object') return value.map((one) => Markup.#textOf(one)).join('')
    return escape(String(value))
  }

  toString(): string {
    return this.#text
  }
}

/** A template of HTML. Values in attributes must stand between quotes. */
export const html = (strings: TemplateStringsArray, ...values: readonly Content[]): Markup => Markup.of(strings, values)

/** Text of our own that is no HTML to escape: a script, a style. Never anything of a log. */
export const verbatim = (text: string): Markup => Markup.of([text], [])

/** A text whose long names, such as `proxy_read_timeout` and addresses, are divided behind a mark in them where a line is too short, and not within a word. */
export const divisible = (text: string): Markup => html`${text.split(/(?<=[_/#])(?=\w)/).map((part, index) => [index > 0 && html`<wbr>`, part])}`

/** Several lines of text, each escaped, the breaks kept. */
export const lines = (text: string): Markup => html`${text.split('\n').map((line, index) => [index > 0 && verbatim('\n'), line])}`

const IN_SCRIPT: Readonly<Record<string, string>> = { '<': String.raw`\u003c`, '>': String.raw`\u003e`, '&': String.raw`\u0026`, '\u2028': String.raw`\u2028`, '\u2029': String.raw`\u2029` }

/** Data for the page's script: JSON in which nothing ends the element that holds it. */
export const dataElement = (id: string, data: unknown): Markup =>
  html`<script type="application/json" id="${id}">${verbatim(JSON.stringify(data).replaceAll(/[<>&\u2028\u2029]/g, (char) => IN_SCRIPT[char]!))}</script>`

/** A source: a link where it plainly is the address of a page, else as text. */
export const sourceLink = (source: string): Markup => (/^https:\/\/[\w./#?=&%+~-]+$/.test(source) ? html`<a href="${source}" rel="noreferrer noopener">${divisible(source)}</a>` : html`${source}`)
