import { installProgram } from '../../publish/programs.ts'
import { firstNumber, type Program } from './program.ts'
import { WS_JSON } from '../access-line.ts'

export const ripgrep: Program = {
  name: 'rg -c',
  key: 'rg',
  does: 'counts lines with 101, one literal',
  install: () => installProgram('rg', { package: 'ripgrep' }) !== undefined,
  command: ({ access, kind }) => {
    const literal = kind.format === WS_JSON ? '"status":"101"' : '" 101 '
    return { file: 'rg', args: ['--no-config', ...(kind.isCompressed ? ['-z'] : []), '-c', '--include-zero', '-F', literal, access], env: {} }
  },
  found: (stdout) => ({ sessions: firstNumber(stdout) }),
}
