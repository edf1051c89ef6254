import { MAX_USER_AGENT } from '../session/label.ts'

/** What nearly every browser calls itself, since pages once asked for it. */
const BOILERPLATE = /^(?:Mozilla|AppleWebKit|Gecko|Safari)\/|^(?:like|Gecko)$/
const LIKE_GECKO = '(KHTML, like Gecko)'
const COMMENT_OR_PRODUCT = /\([^)]*\)|[^\s(]+/g

/** Comments in comments are no browser's. */
const NESTED = /\([^()]*\(/

/**
 * A browser's user agent with what tells it from others first, for a narrow column: `Chrome/126.0.0.0 (Windows NT 10.0; Win64; x64)`.
 * What is no browser's stays as it is.
 */
export const briefUserAgent = (text: string): string => {
  if (!text.startsWith('Mozilla/') || text.length > MAX_USER_AGENT || NESTED.test(text)) return text
  const parts = (text.match(COMMENT_OR_PRODUCT) ?? []).filter((part) => part !== LIKE_GECKO && !BOILERPLATE.test(part))
  const comments = parts.filter((part) => part.startsWith('('))
  const words = parts.filter((part) => !part.startsWith('('))
  const products = words.filter((part) => part.includes('/') && !/^(?:Version|Mobile|Chrome)\//.test(part))
  const chrome = words.filter((part) => part.startsWith('Chrome/'))
  const versions = words.filter((part) => part.startsWith('Version/'))
  // Browsers made of Chrome name both; Safari names its version alone.
  const names = products.length > 0 ? products : chrome.length > 0 ? chrome : versions.map((part) => part.replace('Version/', 'Safari/'))
  const rest = words.filter((part) => !names.includes(part) && !(names !== products && versions.includes(part)))
  return [...names, ...comments, ...rest].join(' ') || text
}
