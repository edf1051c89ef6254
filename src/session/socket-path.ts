const WORDS = new Set(['ws', 'wss', 'websocket', 'websockets', 'sockjs', 'cable', 'hub', 'hubs'])
const STATIC = /\.(?:js|mjs|css|map|html?|json|txt|xml|png|jpe?g|gif|svg|ico|webp|woff2?|ttf|wasm|php)$/i
const SOCKET_IO = /\/(?:socket|engine)\.io(?:\/|$)/
const SOCKJS_FALLBACK = /\/(?:xhr|xhr_send|xhr_streaming|jsonp|jsonp_send|eventsource|htmlfile|iframe[^/]*|info)$/

/**
 * Whether a path bears a word that WebSocket endpoints bear: a part of it, between marks or capitals, is
 * `ws`, `websocket`, `cable` (Action Cable), `hub` (SignalR, `/chatHub`) and the like. A file (`/ws.js`) is none.
 */
export const hasSocketWord = (path: string): boolean => {
  if (STATIC.test(path) || isFallbackPath(path)) return false
  // `/chatHub` is `chat` and `Hub`, but `/WebSocket` is one word.
  const words = `${path} ${path.replaceAll(/([a-z])([A-Z])/g, '$1-$2')}`.toLowerCase().split(/[^a-z0-9]+/)
  return words.some((word) => WORDS.has(word))
}

/** Socket.IO and Engine.IO serve sockets and polling at one path: the query tells them apart. */
export const isSocketIo = (path: string): boolean => SOCKET_IO.test(path)

/** Paths at which SockJS falls back to plain HTTP. */
export const isFallbackPath = (path: string): boolean => path.includes('sockjs') && SOCKJS_FALLBACK.test(path)
