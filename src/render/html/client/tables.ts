// A script of the page, without imports: rows of tables sort by a click or a key on the title of a column.
{
  const valueOf = (row: HTMLTableRowElement, column: number): { readonly figure: number | undefined; readonly text: string } => {
    const cell = row.cells[column]
    const value = cell?.dataset['v']
    return { figure: value === undefined || value === '' ? undefined : Number(value), text: cell?.textContent ?? '' }
  }

  const sort = (table: HTMLTableElement, column: number, isDescending: boolean): void => {
    const body = table.tBodies[0]!
    const isFigure = [...body.rows].some((row) => row.cells[column]?.dataset['v'] !== undefined)
    const sign = isDescending ? -1 : 1
    const rows = [...body.rows].sort((a, b) => {
      const [left, right] = [valueOf(a, column), valueOf(b, column)]
      if (!isFigure) return sign * left.text.localeCompare(right.text, 'en', { numeric: true })
      // What is not known stands last, whichever way.
      if (left.figure === undefined || right.figure === undefined) return Number(left.figure === undefined) - Number(right.figure === undefined)
      return sign * (left.figure - right.figure)
    })
    body.append(...rows)
  }

  for (const table of document.querySelectorAll<HTMLTableElement>('table[data-sortable]')) {
    const heads = [...table.tHead!.rows[0]!.cells]
    for (const [column, head] of heads.entries()) {
      const button = document.createElement('button')
      button.type = 'button'
      button.className = 'sort'
      button.append(...head.childNodes)
      head.append(button)
      button.addEventListener('click', () => {
        const now = head.getAttribute('aria-sort')
        const isDescending = now === null ? head.classList.contains('figure') : now === 'ascending'
        for (const other of heads) other.removeAttribute('aria-sort')
        head.setAttribute('aria-sort', isDescending ? 'descending' : 'ascending')
        sort(table, column, isDescending)
      })
    }
  }
}
