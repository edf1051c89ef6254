import type { Program } from './program.ts'

/** What no program on Node is below; only beside an empty log. */
export const node: Program = {
  name: 'node -e 0',
  key: 'node',
  does: 'starts Node, and ends',
  install: () => true,
  command: () => ({ file: process.execPath, args: ['-e', '0'], env: {} }),
  found: () => ({ lines: 0 }),
}
