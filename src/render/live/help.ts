import { HELP, KEYS } from '../live-sentences.ts'
import { EMPTY, left, type Line, span } from './spans.ts'
import type { View } from './view.ts'

const NAME_WIDTH = 15

/** The keys and what the figures mean; in place of everything below the headline. */
export const help = (): Line[] => HELP.map(([name, text]) => (name === '' && text === '' ? EMPTY : [span('  '), left(name, NAME_WIDTH, 'strong'), span(text)]))

/** The last line: what each key does, and what is on. */
export const keys = ({ isPaused, isFaultsOnly, isHelp }: Pick<View, 'isPaused' | 'isFaultsOnly' | 'isHelp'>): Line => {
  const isOn: Readonly<Record<string, boolean>> = { p: isPaused, f: isFaultsOnly, '?': isHelp }
  return KEYS.flatMap(([key, text], index): Line => [span(index === 0 ? '  ' : '   '), span(key, 'strong'), span(` ${text}${isOn[key] === true ? ' (on)' : ''}`, 'faint')])
}
