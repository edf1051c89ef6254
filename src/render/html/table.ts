import { type Content, html, type Markup } from './markup.ts'

export interface HtmlColumn<Row> {
  readonly title: string
  /** Figures stand to the right, and sort by `sort`. */
  readonly isFigure: boolean
  readonly cell: (row: Row) => Content
  /** What a column of figures is sorted by, null last; undefined: the text shown. */
  readonly sort: ((row: Row) => number | null) | undefined
}

export const textColumn = <Row>(title: string, cell: (row: Row) => Content): HtmlColumn<Row> => ({ title, isFigure: false, cell, sort: undefined })
export const figureColumn = <Row>(title: string, cell: (row: Row) => Content, sort: (row: Row) => number | null): HtmlColumn<Row> => ({ title, isFigure: true, cell, sort })

export interface HtmlTable<Row> {
  readonly caption: Content
  readonly columns: readonly HtmlColumn<Row>[]
  readonly rows: readonly Row[]
  /** Which column names its row. */
  readonly head: number
  readonly isSortable: boolean
  /** Index of the column that the rows are sorted by from large to small as they come; undefined: by none. */
  readonly sortedBy: number | undefined
}

/** A table in a box of its own, which scrolls where the page is too narrow. */
export const table = <Row>({ caption, columns, rows, head, isSortable, sortedBy }: HtmlTable<Row>): Markup => html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
<table${isSortable && html` data-sortable`}>
<caption>${caption}</caption>
<thead><tr>${columns.map(({ title, isFigure }, index) => html`<th scope="col"${isFigure && html` class="figure"`}${isSortable && index === sortedBy && html` aria-sort="descending"`}>${title}</th>`)}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${columns.map((column, index) => cell(row, column, index === head))}</tr>
`)}</tbody>
</table>
</div>`

const cell = <Row>(row: Row, { isFigure, cell: contentOf, sort }: HtmlColumn<Row>, isHead: boolean): Markup => {
  const value = sort?.(row)
  const attributes = [isFigure && html` class="figure"`, value !== undefined && html` data-v="${value ?? ''}"`]
  return isHead ? html`<th scope="row"${attributes}>${contentOf(row)}</th>` : html`<td${attributes}>${contentOf(row)}</td>`
}
