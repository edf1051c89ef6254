import { WslogError } from '../errors.ts'

/**
 * The URL that `--notify` means. It may hold a secret, so no message repeats it.
 * @throws WslogError `usage`
 */
export const parseNotifyUrl = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : fail('not a URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') fail(`${url.protocol} is not for webhooks`)
  if (url.username !== '' || url.password !== '') fail('a name and a password before the host are not sent; use a token in its path or query')
  return url
}

const fail = (why: string): never => {
  throw new WslogError('usage', `--notify: ${why}; write https://hooks.example.com/… or http://127.0.0.1:8080/…`)
}
