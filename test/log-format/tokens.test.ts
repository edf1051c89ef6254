import { describe, expect, it } from 'vitest'
import { tokenize } from '../../src/log-format/tokens.ts'

describe('tokenize', () => {
  it('takes variables in both spellings, and literals as they stand', () => {
    expect(tokenize('$remote_addr - ${status}x "')).toEqual([
      { kind: 'variable', name: 'remote_addr', column: 1 },
      { kind: 'literal', text: ' - ', column: 13 },
      { kind: 'variable', name: 'status', column: 16 },
      { kind: 'literal', text: 'x "', column: 25 },
    ])
  })

  it('refuses two variables with nothing between them, and shows where', () => {
    expect(() => tokenize('$host $status$request')).toThrow(expect.objectContaining({
      code: 'log-format',
      message: expect.stringContaining('column 14: nothing stands between $status and $request'),
      detail: '$host $status$request\n             ^',
    }))
  })

  it.each(['$', 'a $ b', '${', '${}', '$-'])('refuses %j as nginx does', (text) => {
    expect(() => tokenize(text)).toThrow(/no variable name/)
  })
})
