import { describe, expect, it } from 'vitest'
import { parseLine } from '../helpers/parse.ts'
import { Seeded } from '../helpers/seeded.ts'
import { realLines, type RealLine, richJson, sampleLines } from '../helpers/real-lines.ts'
import { type Disagreement, disagreement } from '../helpers/twins.ts'

/*
 * Two readers of one grammar: straight-line code that is compiled for a format, and a slow twin that matches a
 * regular expression (or walks a JSON object) and can say where a line breaks. What one takes, the other must take,
 * and read the same values out of it.
 */

const INSERTED = ['"', ' ', '0', '7', '\0', '\u00FF', ', ', ' : ', '-', '\\', '{', '}', ':']

/** One to three small damages, as a torn write, a bad disk or a hostile client would do them. */
const mutate = (line: string, other: string, random: () => number): string => {
  const below = (count: number): number => Math.floor(random() * count)
  let text = line
  for (let left = 1 + below(3); left > 0; left--) {
    const at = below(text.length + 1)
    switch (below(6)) {
      case 0:
        text = text.slice(0, at) + String.fromCharCode((text.charCodeAt(at) || 0) ^ (1 << below(8))) + text.slice(at + 1)
        break
      case 1:
        text = text.slice(0, at) + text.slice(at + 1 + below(3))
        break
      case 2:
      case 3:
        text = text.slice(0, at) + INSERTED[below(INSERTED.length)]! + text.slice(at)
        break
      case 4:
        text = random() < 0.3 ? text.slice(0, at) : text
        break
      default:
        text = random() < 0.3 ? text.slice(0, at) + other : text
    }
  }
  return text.replaceAll('\n', '?')
}

const richValue = (line: string, key: string): string => {
  const [, quoted, bare = ''] = new RegExp(`(?:^| )${key}=(?:"([^"]*)"|([^ ]*))`).exec(line) ?? []
  return (quoted ?? bare).replace(/^-$/, '')
}

const richJsonLine = (line: string): string => {
  const keys = [...richJson.template!]
  return `{${keys.map(([key]) => `"${key}":${JSON.stringify(richValue(line, key))}`).join(',')}}`
}

/** `richjson` logs hold what the `rich` log beside them holds. */
const richJsonLines: readonly RealLine[] = realLines.filter(({ format }) => format.name === 'rich').slice(0, 40)
  .map(({ source, line }) => ({ format: richJson, source: `${source} as JSON`, line: richJsonLine(line) }))

const allLines: readonly RealLine[] = [...sampleLines, ...realLines, ...richJsonLines]

describe('the compiled parser and its slow twin', () => {
  it('have lines of every format of the package and of the real logs to agree on', () => {
    expect(new Set(allLines.map(({ format }) => format.name))).toEqual(new Set([
      'amplify', 'angie-extended', 'combined', 'ingress-nginx', 'ingress-nginx-older', 'kong', 'main', 'ws', 'ws_json', 'ws_plus',
      'rich', 'richjson', 'none', 'j', 'odd', 'ws2', 'ws_rich', 'ws_open', 'wsopen', 'wsclose',
    ]))
  })

  it('both take every line that a real nginx wrote, and read the same values', () => {
    const refused = allLines.filter(({ format, line }) => parseLine(format, line) === undefined)
    expect(refused.map(({ source, line }) => `${source}: ${line.slice(0, 200)}`)).toEqual([])
    expect(allLines.flatMap(({ format, line }) => disagreement(format, line) ?? [])).toEqual([])
  })

  const names = [...new Set(allLines.map(({ format }) => format.name))]
  const MUTATIONS_PER_FORMAT = Math.ceil(20_000 / names.length)

  it.each(names)('agree on damaged lines of %s', (name) => {
    const lines = allLines.filter(({ format, line }) => format.name === name && line.length <= 4096)
    const seeded = new Seeded([...name].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7))
    const random = (): number => seeded.next()
    const pick = (): RealLine => lines[Math.floor(random() * lines.length)]!
    const found: Disagreement[] = []
    for (let count = 0; count < MUTATIONS_PER_FORMAT; count++) {
      const { format, line } = pick()
      const miss = disagreement(format, mutate(line, pick().line, random))
      if (miss !== undefined) found.push(miss)
    }
    expect(found.slice(0, 5), `${found.length} of ${MUTATIONS_PER_FORMAT}`).toEqual([])
  })
})
