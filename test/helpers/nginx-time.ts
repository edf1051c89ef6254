const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const two = (value: number): string => String(value).padStart(2, '0')

/** `$time_local` of an instant, in UTC. */
export const timeLocal = (ms: number): string => {
  const at = new Date(ms)
  return `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]!}/${at.getUTCFullYear()}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`
}

/** The stamp of an error log, in UTC. */
export const errorStamp = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll('-', '/').replace('T', ' ')
