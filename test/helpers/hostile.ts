/** Texts that anyone can send to a server, and that a careless page would obey. Each is told by its number. */
const HOSTILE = [
  '<script>document.title = "owned"; alert(1)</script>',
  '"><img src=x onerror=alert(2)>',
  "' onmouseover='alert(3)' x='",
  '</script><script>alert(4)</script>',
  '</style><style>body{display:none}</style>',
  '<!-- <script>',
  'javascript:alert(6)',
  '${alert(7)} {{alert(7)}} <%= 7 %>',
  '</textarea></title><svg/onload=alert(8)>',
  '&lt;script&gt;alert(9)&lt;/script&gt; &#x3C;b>',
  '<iframe src="https://example.com/">',
  '<base href="https://example.com/"><link rel=stylesheet href=//example.com/x.css>',
  '<meta http-equiv=refresh content="0;url=https://example.com/">',
  '`+alert(13)+`\\u003cscript\\u003e',
  'url(https://example.com/x.png) expression(alert(14))',
  'https://example.com/" onclick="alert(15)',
  ']]><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(16)</x:script>',
  '__proto__<b>constructor',
] as const

/** Fields that hold one of a few words of our own; a report from elsewhere is held against the schema before. */
const WORDS = /^health\.(status|reasons\.\d+)$|^evidence\.(errorLogLevel|join|errorLogZone\.from|missing\.\d+)$|\.(cause|layer|confidence|severity|kind)$/

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

export interface Poisoned<T> {
  readonly value: T
  /** What stands where: the path of each field, such as `paths.0.name`, and its text. */
  readonly texts: ReadonlyMap<string, string>
}

/** A copy in which every text but times and our own words is a hostile one, each of them another. Keys of `causes` come from a log as well. */
export const poison = <T>(value: T): Poisoned<T> => {
  const texts = new Map<string, string>()
  const next = (path: string): string => {
    const text = `${HOSTILE[texts.size % HOSTILE.length]!} #${texts.size}#`
    texts.set(path, text)
    return text
  }
  const walk = (one: unknown, path: string): unknown => {
    if (typeof one === 'string') return INSTANT.test(one) || path === 'schema' || WORDS.test(path) ? one : next(path)
    if (Array.isArray(one)) return one.map((item, index) => walk(item, `${path}.${index}`))
    if (typeof one === 'object' && one !== null) {
      const entries = Object.entries(one).map(([key, item]) => [key, walk(item, path === '' ? key : `${path}.${key}`)] as const)
      return Object.fromEntries(path.endsWith('.causes') ? [...entries, [next(`${path}.key`), 3]] : entries)
    }
    return one
  }
  return { value: walk(value, '') as T, texts }
}
