/** `20 s`, `13.3 s`, `1 h`: a timer's age; within a third of a second it is the whole number that somebody set. */
export const age = (seconds: number): string => {
  const set = Math.abs(seconds - Math.round(seconds)) <= 0.3 && seconds >= 1 ? Math.round(seconds) : Number(seconds.toFixed(seconds < 1 ? 2 : 1))
  return set >= 3600 && set % 3600 === 0 ? `${set / 3600} h` : `${set} s`
}

/** `62 %`, `7.9 %`, `under 0.1 %`: never 0 % of something, nor 100 % where one is missing. */
export const percent = (share: number): string => {
  const value = share * 100
  if (value > 0 && value < 0.1) return 'under 0.1 %'
  if (value > 99.9 && value < 100) return 'over 99.9 %'
  return `${value < 10 || (value > 99 && value < 100) ? Number(value.toFixed(1)) : Math.round(value)} %`
}

/** `1 session`, `1,234 sessions`. */
export const counted = (count: number, noun: string): string => `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`

export const thousands = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',')

/** `a, b and c`; of more than `limit` the first ones, and how many others. */
export const listed = (items: readonly string[], limit = 4): string => {
  const shown = items.length > limit ? [...items.slice(0, limit), `${items.length - limit} ${items.length - limit === 1 ? 'other' : 'others'}`] : items
  return shown.length < 2 ? (shown[0] ?? '') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

const MAX_NAME = 48

/** A name from the log, no longer than a title can bear. */
export const short = (name: string): string => (name.length > MAX_NAME ? `${name.slice(0, MAX_NAME - 1)}…` : name)
