/** What nearly every browser calls itself, since pages once asked for it. */
const BOILERPLATE = /^(?:Mozilla|AppleWebKit|Gecko|Safari)\//
const LIKE_GECKO = '(KHTML, like Gecko)'
/** What is none by itself: how old Safari is, and that it is a phone's. */
const ASIDE = /^(?:Version|Mobile)(?:\/|$)/
const COMMENT_OR_PRODUCT = /\([^)]*\)|[^\s(]+/g

/**
 * A browser's user agent with what tells it from others first, for a narrow column: `Chrome/126.0.0.0 (Windows NT 10.0; Win64; x64)`.
 * What is no browser's stays as it is.
 */
export const briefUserAgent = (text: string): string => {
  if (!text.startsWith('Mozilla/')) return text
  const parts = (text.match(COMMENT_OR_PRODUCT) ?? []).filter((part) => part !== LIKE_GECKO && !BOILERPLATE.test(part))
  const comments = parts.filter((part) => part.startsWith('('))
  const products = parts.filter((part) => !part.startsWith('(') && !ASIDE.test(part))
  const asides = parts.filter((part) => ASIDE.test(part)).map((part) => (products.length === 0 ? part.replace('Version/', 'Safari/') : part))
  return [...products, ...asides, ...comments].join(' ') || text
}
