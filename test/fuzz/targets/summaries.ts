import { compareReports } from '../../../src/compare/compare.ts'
import { readReport } from '../../../src/compare/read-report.ts'
import { readSummary } from '../../../src/digest/document.ts'
import { WslogError } from '../../../src/errors.ts'
import { ROOT } from '../../helpers/cli.ts'
import { analyzed, mergedSummaries } from '../../helpers/digests.ts'
import { mutatedJson, smallerJson } from '../mutate-json.ts'
import { target } from '../target.ts'

const { report, summary } = await analyzed({ access: [`${ROOT}test/real-logs/a_client_close/access_rich.log`], errors: [`${ROOT}test/real-logs/a_client_close/error.log`] })
const reportText = JSON.stringify(report)

/** A summary in which anything was changed merges with a whole one, or is refused with a WslogError. */
export const summaries = target<string>({
  name: 'summaries',
  cases: 1500,
  make: (random) => mutatedJson(random, summary),
  check: (text) => unlessRefused(async () => {
    readSummary(JSON.parse(text), 'x.summary.json')
    await mergedSummaries([text, summary])
  }),
  smaller: smallerJson,
})

/** A report in which anything was changed is compared with a whole one, or is refused with a WslogError. */
export const reports = target<string>({
  name: 'reports',
  cases: 3000,
  make: (random) => mutatedJson(random, reportText),
  check: (text) => unlessRefused(async () => {
    const [changed, whole] = [readReport(JSON.parse(text), 'x.json'), readReport(report, 'whole.json')]
    compareReports(changed, whole)
    compareReports(whole, changed)
  }),
  smaller: smallerJson,
})

const unlessRefused = async (use: () => Promise<void>): Promise<undefined> => {
  try {
    await use()
  } catch (error) {
    if (!(error instanceof WslogError)) throw error
  }
}
