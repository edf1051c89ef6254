import { firstNumber, type Program, shellOver } from './program.ts'

/** The floor: whoever reads every byte and looks for line ends. */
export const wc: Program = {
  name: 'wc -l',
  key: 'wc',
  does: 'counts lines',
  install: () => true,
  command: (logs) => shellOver(logs, 'wc -l', []),
  found: (stdout) => ({ lines: firstNumber(stdout) }),
}
