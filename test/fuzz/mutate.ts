import type { Seeded } from '../helpers/seeded.ts'
import { INTERESTING } from './interesting.ts'

type Mutation = (random: Seeded, line: string, other: string) => string

const placed = (random: Seeded, line: string, text: string): string => {
  const at = random.int(0, line.length + 1)
  return line.slice(0, at) + text + line.slice(at + (random.next() < 0.5 ? 0 : text.length))
}

const stretch = (random: Seeded, { length }: string): [from: number, to: number] => {
  const from = random.int(0, length + 1)
  return [from, Math.min(length, from + (random.next() < 0.7 ? random.int(1, 9) : random.int(0, length + 1)))]
}

/** One of what a pattern finds gets another text. */
const inOneOf = (pattern: RegExp, text: (random: Seeded, found: string) => string): Mutation => (random, line) => {
  const found = [...line.matchAll(pattern)]
  if (found.length === 0) return line
  const { 0: old, index } = random.pick(found)
  return line.slice(0, index) + text(random, old) + line.slice(index + old.length)
}

const someOf = (...texts: readonly string[]) => (random: Seeded): string => (random.next() < 0.6 ? random.pick(texts) : random.pick(INTERESTING))

const MUTATIONS: readonly Mutation[] = [
  function flipBit(random, line) {
    const at = random.int(0, Math.max(1, line.length))
    return line.slice(0, at) + String.fromCharCode((line.charCodeAt(at) || 0) ^ (1 << random.int(0, 8))) + line.slice(at + 1)
  },
  (random, line) => placed(random, line, String.fromCharCode(random.int(0, 256))),
  (random, line) => placed(random, line, random.pick(INTERESTING)),
  (random, line) => placed(random, line, random.pick(INTERESTING)),
  function remove(random, line) {
    const [from, to] = stretch(random, line)
    return line.slice(0, from) + line.slice(to)
  },
  function double(random, line) {
    const [from, to] = stretch(random, line)
    return line.slice(0, to) + line.slice(from, to) + line.slice(to)
  },
  function move(random, line) {
    const [from, to] = stretch(random, line)
    return placed(random, line.slice(0, from) + line.slice(to), line.slice(from, to))
  },
  (random, line) => line.slice(0, random.int(0, line.length + 1)),
  (random, line) => line.slice(random.int(0, line.length + 1)),
  (random, line, other) => line.slice(0, random.int(0, line.length + 1)) + other.slice(random.int(0, other.length + 1)),
  // A torn line with a whole one behind it, as a full disk leaves them.
  (random, line, other) => line.slice(0, random.int(0, line.length + 1)) + other,
  (random, line) => placed(random, line, random.pick([' ', '-', '"', '\\', '0', '9', 'x', ':', ', ', '\0', '{', '1.2.3.4 ']).repeat(random.int(1, random.next() < 0.9 ? 40 : 3000))),
  (_random, line) => Buffer.from(line, 'utf16le').toString('latin1'),
  (_random, line) => Buffer.from(line, 'utf8').toString('latin1'),
  inOneOf(/\d+/g, someOf('', '-', '0', '00', '1', '9'.repeat(12), '9'.repeat(15), '9'.repeat(16), '1'.repeat(40))),
  inOneOf(/\d+\.\d+/g, someOf('', '-', '0', '5', '1.', '.1', '1.2345', '0.000', '999999999999.999', '9999999999999.999', '1e3', '-1.000')),
  inOneOf(/"[^"]*"/g, someOf('""', '"-"', '"\\""', '"', '', '"\\\\"', '"\\x22"', 'null', '1', '[]', '{"a":"b"}')),
  inOneOf(/[^ ]+/g, someOf('', '-', '" "', 'a b', 'a, b', 'a : b')),
  inOneOf(/ /g, someOf('', '  ', '\t', ', ', ' : ')),
  inOneOf(/\[[^\]]*\]|\d{4}[-/]\d\d[-/]\d\d[T ][\d:]{8}/g, someOf('', '[]', '-', '[29/Feb/2023:00:00:00 +0000]', '2026/02/30 00:03:32', '9999/12/31 23:59:60')),
]

/** The line with one to four damages, as a torn write, a bad disk or a hostile client does them; still one line. Byte for byte (latin1). */
export const mutated = (random: Seeded, line: string, other: string): string => {
  let text = line
  for (let left = random.pick([1, 1, 1, 2, 2, 3, 4]); left > 0; left--) text = random.pick(MUTATIONS)(random, text, other)
  return text.replaceAll(/[\n\u0100-\uFFFF]/g, '?')
}
