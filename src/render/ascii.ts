import { columnsOf } from './columns.ts'

/** What the marks, bars and curves of a report become. Bars and curves share the full block. */
const INSTEAD: Readonly<Record<string, string>> = {
  '✗': 'x', '✓': '+', '·': '.', '–': '-', '×': 'x', '→': '>', '←': '<', '−': '-', '÷': '/', 'µ': 'u',
  '▁': ':', '▂': '-', '▃': '=', '▄': '+', '▅': '*', '▆': '%', '▇': '@', '█': '#',
  '▉': '#', '▊': '#', '▋': '#', '▌': '#', '▍': '-', '▎': '-', '▏': '-',
}
const WIDTH = 80

const segmenter = new Intl.Segmenter()

const plain = (line: string, ellipsis: string): string =>
  line.replaceAll(/…(?: {2}(?= ))?/g, (found) => (found.length > 1 ? '...' : ellipsis))
    .replaceAll(/[^\n -~\t]+/g, (text) => [...segmenter.segment(text)].map(({ segment }) => INSTEAD[segment] ?? '?'.repeat(Math.max(1, columnsOf(segment)))).join(''))

/**
 * A text without colours for a reader with no more than ASCII, as a mail of cron's often is. Columns stay where they are: what has no
 * likeness becomes a question mark for each column that it took. No line gets longer than it was, or than 80 columns.
 */
export const toAscii = (text: string): string =>
  text.split('\n').map((line) => {
    const spelt = plain(line, '...')
    return spelt.length <= Math.max(WIDTH, columnsOf(line)) ? spelt : plain(line, '~')
  }).join('\n')
