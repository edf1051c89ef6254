import { originText } from './scenario-table.ts'
import { ratioTo, type Results, type Row, type Scenario } from './results.ts'
import { asRatio, asSize, inSeconds, table } from './table.ts'

const LOG = 'ws'
/** The size that the table of programs is for, where it was measured. */
const USUAL_MEGABYTES = 500
const BEGIN = '<!-- bench -->'
const END = '<!-- /bench -->'

/** The README with its benchmark made anew between the two marks. @throws Error where they are missing. */
export const withBenchmark = (readme: string, all: readonly Results[]): string => {
  const from = readme.indexOf(BEGIN)
  const to = readme.indexOf(END)
  if (from === -1 || to < from) throw new Error(`README.md has no ${BEGIN} … ${END} to put the benchmark into`)
  return `${readme.slice(0, from)}${BEGIN}\n${benchmarkPart(all)}${readme.slice(to)}`
}

const benchmarkPart = (all: readonly Results[]): string => {
  const newest = all.flatMap(({ version, scenarios }) => scenarios.filter(isShown).map((scenario) => ({ version, scenario })))
  const shown = newest.find(({ scenario, version }) => version === newest[0]!.version && scenario.megabytes === USUAL_MEGABYTES) ?? newest[0]
  if (shown === undefined) return `Nothing measured yet: \`npm run bench -- --format ${LOG} --update-readme\`.\n`
  const { version, scenario } = shown
  return `\`npm run bench\`: whole processes on a warm cache, ${asSize(scenario.megabytes)} of the \`${LOG}\` format, ${scenario.lines.toLocaleString('en')} lines of 60,000 clients, medians of runs in turn
(wslog ${version}, ${originText(scenario)}):

${programTable(scenario)}
By version, \`wslog analyze --json --threads 1\` (× at the largest size):

${versionTable(all)}
All formats, gzip, and where the time goes: [test/bench/RESULTS.md](test/bench/RESULTS.md).
`
}

const isShown = ({ log, megabytes }: Scenario): boolean => log === LOG && megabytes > 0

const programTable = (scenario: Scenario): string =>
  table(['', 'does', 'seconds', '× `wc -l`', '× mawk', 'peak memory'], scenario.rows.map((row) => [`\`${row.name}\``, row.does, ...figuresOf(row, scenario)]), { texts: 2 })

const figuresOf = (row: Row, scenario: Scenario): string[] =>
  'failure' in row.outcome
    ? [row.outcome.failure, '–', '–', '–']
    : [inSeconds(row.outcome.seconds.median), asRatio(ratioTo('wc', row, scenario)), asRatio(ratioTo('mawk', row, scenario)), `${row.outcome.peakMegabytes.toFixed(0)} MB`]

const versionTable = (all: readonly Results[]): string => {
  const sizes = [...new Set(all.flatMap(({ scenarios }) => scenarios.filter(isShown).map(({ megabytes }) => megabytes)))].sort((a, b) => a - b)
  const rows = all.filter(({ scenarios }) => scenarios.some(isShown)).map(({ version, scenarios }) => {
    const measured = sizes.map((size) => scenarios.find((scenario) => isShown(scenario) && scenario.megabytes === size))
    const wslog = (scenario: Scenario | undefined): Row | undefined => scenario?.rows.find(({ key }) => key === 'wslog')
    const largest = measured.findLast((scenario) => wslog(scenario) !== undefined)
    const last = wslog(largest)
    const ratios = last === undefined || largest === undefined ? ['–', '–'] : [asRatio(ratioTo('wc', last, largest)), asRatio(ratioTo('mawk', last, largest))]
    return [version, ...measured.map((scenario) => timeAndPeak(wslog(scenario))), ...ratios]
  })
  return table(['version', ...sizes.map(asSize), '× `wc -l`', '× mawk'], rows, { texts: 1 })
}

const timeAndPeak = (row: Row | undefined): string =>
  row === undefined ? '–' : 'failure' in row.outcome ? row.outcome.failure : `${inSeconds(row.outcome.seconds.median)} s, ${row.outcome.peakMegabytes.toFixed(0)} MB`
