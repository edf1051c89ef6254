import { describe, expect, it } from 'vitest'
import { row, scenario } from '../helpers/bench.ts'
import { resultsPage } from './results-page.ts'

describe('resultsPage', () => {
  const missing = { ...row('goaccess', 1), outcome: { failure: 'not installed' } }
  const page = resultsPage([
    {
      version: '1.0.0',
      scenarios: [
        scenario({ megabytes: 50, rows: [row('wc', 0.01), row('wslog', 0.1, 90), row('mawk', 0.2), missing], stages: [{ stage: 'session', share: 0.7 }, { stage: 'input', share: 0.296 }, { stage: 'cli', share: 0.004 }] }),
        scenario({ log: 'gzip', megabytes: 50, stages: [{ stage: 'input', share: 1 }] }),
        scenario({ commit: 'def5678' }),
      ],
    },
    { version: '0.9.0', scenarios: [scenario()] },
  ])

  it('has a part for each version, size and log, in the order they come', () => {
    expect(page.match(/^##+ .*/gm)).toEqual([
      '## 1.0.0', '### 50 MB', '#### ws, 50 MB: 2,127,660 lines, error log of 50 MB', '#### gzip, 50 MB: 2,127,660 lines, error log of 50 MB', '#### Where the time of `wslog analyze --json` goes',
      '### 500 MB', '#### ws, 500 MB: 2,127,660 lines, error log of 50 MB',
      '## 0.9.0', '### 500 MB', '#### ws, 500 MB: 2,127,660 lines, error log of 50 MB',
    ])
  })

  it('shows median, spread, runs, processor, peak and ratios of each program', () => {
    expect(page).toMatch(/^\| wslog analyze --json \| +0\.100 \| 0\.090 – 0\.110 \| +3 \| +0\.10 \| +90 \| +10 \| +0\.50 \|$/m)
  })

  it('says of a program without figures why', () => {
    expect(page).toMatch(/^\| goaccess +\| not installed \| +– \|/m)
  })

  it('says what each program does', () => {
    expect(page).toMatch(/^\| goaccess +\| what goaccess does \|$/m)
  })

  it('names commit, day and machine of each log', () => {
    expect(page).toContain('commit def5678, 2026-11-21, 2 × Abacus 3000, 8 GB, Linux 6.0, Node 20.0.0, load 0.3')
  })

  it('shows stages beside each other, without those that take next to nothing', () => {
    expect(page).toContain(['| stage   |   ws |  gzip |', '|---------|-----:|------:|', '| input   | 30 % | 100 % |', '| session | 70 % |   0 % |', ''].join('\n'))
    expect(page).not.toContain('| cli')
  })
})
