/** Colours as functions, so that a renderer neither knows a terminal nor asks for one. */
export interface Paint {
  readonly good: (text: string) => string
  readonly bad: (text: string) => string
  readonly warn: (text: string) => string
  readonly strong: (text: string) => string
  readonly faint: (text: string) => string
}

const same = (text: string): string => text
const sgr = (code: number) => (text: string): string => `\u001B[${code}m${text}\u001B[0m`

export const PLAIN: Paint = { good: same, bad: same, warn: same, strong: same, faint: same }
export const COLOURED: Paint = { good: sgr(32), bad: sgr(31), warn: sgr(33), strong: sgr(1), faint: sgr(2) }
