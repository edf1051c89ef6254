import { describe, expect, it } from 'vitest'
import { row, scenario } from '../helpers/bench.ts'
import { withBenchmark } from './readme-part.ts'

const README = 'before\n\n<!-- bench -->\nold\n<!-- /bench -->\n\nafter\n'

describe('withBenchmark', () => {
  const all = [
    { version: '1.0.0', scenarios: [scenario({ megabytes: 0 }), scenario({ megabytes: 50 }), scenario(), scenario({ megabytes: 5000, rows: [row('wc', 1), row('wslog', 5, 150)] }), scenario({ log: 'gzip', lines: 7 })] },
    { version: '0.9.0', scenarios: [scenario({ rows: [row('wc', 0.1), row('wslog', 1.2, 140), row('mawk', 0.8)] })] },
  ]
  const readme = withBenchmark(README, all)

  it('changes nothing outside the marks, and can be done again', () => {
    expect(readme).toMatch(/^before\n\n<!-- bench -->\n[^]*\n<!-- \/bench -->\n\nafter\n$/)
    expect(readme).not.toContain('old')
    expect(withBenchmark(readme, all)).toBe(readme)
  })

  it('shows the programs over 500 MB of ws, by the newest version, with the machine', () => {
    expect(readme).toContain('500 MB of the `ws` format, 2,127,660 lines')
    expect(readme).toContain('wslog 1.0.0, commit abc1234, 2026-11-21, 2 × Abacus 3000')
    expect(readme).toMatch(/^\| `wslog analyze --json` \| what wslog does +\| +0\.400 \| +4\.0 \| +0\.50 \| +120 MB \|$/m)
  })

  it('has a row for each version, a dash for what was not measured, ratios at the largest size', () => {
    expect(readme).toMatch(/^\| version \| +50 MB \| +500 MB \| +5 GB \| × `wc -l` \| × mawk \|$/m)
    expect(readme).toMatch(/^\| 1\.0\.0 +\| 0\.400 s, 120 MB \| 0\.400 s, 120 MB \| 5\.00 s, 150 MB \| +5\.0 \| +– \|$/m)
    expect(readme).toMatch(/^\| 0\.9\.0 +\| +– \| +1\.20 s, 140 MB \| +– \| +12 \| +1\.5 \|$/m)
  })

  it('shows the smallest size where 500 MB were not measured', () => {
    expect(withBenchmark(README, [{ version: '1.0.0', scenarios: [scenario({ megabytes: 1 })] }])).toContain('1 MB of the `ws` format')
  })

  it('says so when nothing was measured', () => {
    expect(withBenchmark(README, [])).toContain('Nothing measured yet')
  })

  it.each(['no marks', 'the end alone <!-- /bench -->', '<!-- /bench --> then <!-- bench -->'])('refuses a README with %s', (text) => {
    expect(() => withBenchmark(text, [])).toThrow(/<!-- bench -->/)
  })
})
