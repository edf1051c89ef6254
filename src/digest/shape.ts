/** Says of a value that came from a file whether it is what it should be. @throws ShapeError naming the place */
export type Shape = (value: unknown, at: string) => void

/** A value that is not what it should be. */
export class ShapeError extends Error {}

const refuse = (at: string, wanted: string): never => {
  throw new ShapeError(`${at}: not ${wanted}`)
}

/** What a date can be, ms since the epoch. */
const MAX_TIME_MS = 8.64e15
const MAX_COUNT = 2 ** 31 - 1

export const text: Shape = (value, at) => void (typeof value === 'string' || refuse(at, 'a text'))
export const flag: Shape = (value, at) => void (typeof value === 'boolean' || refuse(at, 'true or false'))

/** A whole number in `[from, to]`. */
export const whole = (from: number, to: number): Shape => (value, at) => void ((Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to) || refuse(at, `a whole number from ${from} to ${to}`))

/** A number in `[from, to]`. */
export const numeric = (from: number, to: number): Shape => (value, at) => void ((typeof value === 'number' && value >= from && value <= to) || refuse(at, `a number from ${from} to ${to}`))

export const count: Shape = whole(0, MAX_COUNT)
/** Sums of bytes and durations. */
export const sum: Shape = whole(0, Number.MAX_SAFE_INTEGER)
export const time: Shape = numeric(-MAX_TIME_MS, MAX_TIME_MS)

export const oneOf = (values: Iterable<unknown>): Shape => {
  const known = new Set(values)
  return (value, at) => void (known.has(value) || refuse(at, 'one of those that are known'))
}

export const orNull = (shape: Shape): Shape => (value, at) => value === null || shape(value, at)

/** Not there at all, or of this shape. */
export const orAbsent = (shape: Shape): Shape => (value, at) => value === undefined || shape(value, at)

export const list = (shape: Shape, { atMost }: { readonly atMost: number }): Shape => (value, at) => {
  if (!Array.isArray(value)) return refuse(at, 'a list')
  if (value.length > atMost) return refuse(at, `a list of at most ${atMost}`)
  value.forEach((item, index) => shape(item, `${at}[${index}]`))
}

export const tuple = (shapes: readonly Shape[]): Shape => (value, at) => {
  if (!Array.isArray(value) || value.length !== shapes.length) return refuse(at, `a list of ${shapes.length}`)
  shapes.forEach((shape, index) => shape(value[index], `${at}[${index}]`))
}

/** With these fields; what it has beside them is not looked at. */
export const fields = (shapes: Readonly<Record<string, Shape>>): Shape => {
  const entries = Object.entries(shapes)
  return (value, at) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'an object')
    for (const [key, shape] of entries) shape(Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined, `${at}.${key}`)
  }
}

/** Any keys that are known, with values of one kind. */
export const record = (key: Shape, shape: Shape): Shape => (value, at) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(at, 'an object')
  for (const [name, held] of Object.entries(value)) {
    key(name, at)
    shape(held, `${at}.${name}`)
  }
}

/** All of them. */
export const both = (...shapes: readonly Shape[]): Shape => (value, at) => shapes.forEach((shape) => shape(value, at))

/** One of two, by what the value looks like. */
export const either = (isFirst: (value: unknown) => boolean, { ifSo, ifNot }: { readonly ifSo: Shape; readonly ifNot: Shape }): Shape => (value, at) => (isFirst(value) ? ifSo : ifNot)(value, at)

/** A further demand on what has the right shape. */
export const where = <T>(wanted: string, holds: (value: T) => boolean): Shape => (value, at) => void (holds(value as T) || refuse(at, wanted))
