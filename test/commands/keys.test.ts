import { describe, expect, it } from 'vitest'
import { keysOf } from '../../src/commands/keys.ts'

describe('keysOf', () => {
  it.each([
    ['a letter', 'q', ['q']],
    ['letters that came at once', 'qp?', ['q', 'p', '?']],
    ['^C', '\u0003', ['^C']],
    ['^L and ^Z', '\u000C\u001A', ['^L', '^Z']],
    ['Enter', '\r', ['^M']],
    ['delete', '\u007F', ['^?']],
    ['a letter of more bytes', 'é\u{1F600}', ['é', '\u{1F600}']],
    ['escape alone', '\u001B', []],
    ['an arrow', '\u001B[A', []],
    ['an arrow of the keypad, then a letter', '\u001BOAq', ['q']],
    ['a function key', '\u001B[15~f', ['f']],
    ['a letter with Alt', '\u001Bq', []],
    ['the mouse', '\u001B[<0;10;20Mp', ['p']],
    ['an answer of the terminal', '\u001B[?62;4c', []],
    ['an arrow that is cut off', '\u001B[', []],
    ['nothing', '', []],
  ])('%s', (_, sent, keys) => {
    expect(keysOf(sent)).toEqual(keys)
  })
})
