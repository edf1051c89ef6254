/** A part of a path so long is a token or a name, one of many. */
const LONG_PART = 24

/** `/room/42/ws` and `/room/7/ws` are one place: a part with a digit names one of many, but for `v2`; it becomes a star. */
export const placeOf = (path: string): string =>
  path.split('?', 1)[0]!.split('/').map((part) => (part.length > LONG_PART || (/\d/.test(part) && !/^v\d+$/.test(part)) ? '*' : part)).join('/')
