const WORDS = new Set(['ws', 'wss', 'websocket', 'websockets', 'sockjs'])
/** Words that pages have in their paths, too: at the end they are certain, as in `/cable` and `/chatHub`. */
const SHARED_WORDS = new Set(['cable', 'hub', 'hubs'])
/** What has none of their letters in a row needs no closer look: most paths do not. */
const ANY_WORD = /ws|websocket|sockjs|cable|hub/i
const STATIC = /\.(?:js|mjs|css|map|html?|json|txt|xml|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|wasm|php)$/i
const SOCKET_IO = /\/(?:socket|engine)\.io(?:\/|$)/
const SOCKJS_FALLBACK = /\/(?:xhr|xhr_send|xhr_streaming|jsonp|jsonp_send|eventsource|htmlfile|iframe[^/]*|info)$/

/**
 * Whether a path bears a word that WebSocket endpoints bear: a part of it, between marks or capitals, is `ws`,
 * `websocket` and the like, or its last one `cable` (Action Cable) or `hub` (SignalR, `/chatHub`). `possible`
 * where one of these stands before the end: `/cable/room` may be a socket, `/hub/login` is a page as long as
 * it is answered like one. A file (`/ws.js`) is none, nor is GitHub.
 */
export const socketWordOf = (path: string): 'certain' | 'possible' | 'none' => {
  if (!ANY_WORD.test(path) || STATIC.test(path) || isFallbackPath(path)) return 'none'
  const whole = path.replaceAll(/github/gi, 'github')
  // `/chatHub` is `chat` and `Hub`, but `/WebSocket` is one word.
  const words = whole.toLowerCase().split(NO_WORD)
  const parts = whole.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase().split(NO_WORD).filter((word) => word !== '')
  if ([...words, ...parts].some((word) => WORDS.has(word)) || SHARED_WORDS.has(parts.at(-1) ?? '')) return 'certain'
  return parts.some((word) => SHARED_WORDS.has(word)) ? 'possible' : 'none'
}

const NO_WORD = /[^a-z0-9]+/i

/** Socket.IO and Engine.IO serve sockets and polling at one path: the query tells them apart. */
export const isSocketIo = (path: string): boolean => SOCKET_IO.test(path)

/** Paths at which SockJS falls back to plain HTTP. */
export const isFallbackPath = (path: string): boolean => path.includes('sockjs') && SOCKJS_FALLBACK.test(path)
