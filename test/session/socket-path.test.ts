import { describe, expect, it } from 'vitest'
import { isFallbackPath, isSocketIo, socketWordOf } from '../../src/session/socket-path.ts'

describe('socketWordOf', () => {
  it.each([
    '/ws', '/ws/', '/ws/room', '/api/ws', '/v1/ws/chat', '/wss', '/websocket', '/websockets', '/api/websocket/7', '/cable', '/hub', '/api/hubs', '/chatHub', '/chat-hub', '/chat_ws', '/ws-api',
    '/WS', '/WebSocket/x', '/sockjs/000/abc/websocket', '/echo.ws', '/app/ws.v2',
  ])('takes %s for a socket', (path) => {
    expect(socketWordOf(path)).toBe('certain')
  })

  it.each([
    '', '/', '/github', '/auth/gitHub/callback', '/gitHub', '/news', '/wsx', '/ws.js', '/assets/websocket.min.js', '/ws.map', '/hub.css', '/cable.png', '/ws/index.html', '/ws.json', '/aws', '/browse', '/windows', '/hubspot',
    '/ws2', '/cables', '/sockjs/000/abc/xhr', '/sockjs/info', '/socket',
  ])('takes %s for none', (path) => {
    expect(socketWordOf(path)).toBe('none')
  })

  it.each(['/hub/login', '/hubs/chat', '/cable/news', '/app/chatHub/1'])('is not sure of %s', (path) => {
    expect(socketWordOf(path)).toBe('possible')
  })
})

describe('isSocketIo', () => {
  it.each([
    ['/socket.io/', true],
    ['/socket.io', true],
    ['/app/socket.io/', true],
    ['/engine.io/', true],
    ['/socket.io.js', false],
    ['/socketxio/', false],
    ['/my-socket.io/', false],
    ['socket.io', false],
  ])('%s: %s', (path, expected) => {
    expect(isSocketIo(path)).toBe(expected)
  })
})

describe('isFallbackPath', () => {
  it.each([
    ['/sockjs/000/abc/xhr', true],
    ['/sockjs/000/abc/xhr_send', true],
    ['/sockjs/000/abc/xhr_streaming', true],
    ['/sockjs/000/abc/jsonp', true],
    ['/sockjs/000/abc/jsonp_send', true],
    ['/sockjs/000/abc/eventsource', true],
    ['/sockjs/000/abc/htmlfile', true],
    ['/sockjs/iframe.html', true],
    ['/sockjs/info', true],
    ['/sockjs/000/abc/websocket', false],
    ['/sockjs', false],
    ['/api/info', false],
    ['/sockjs/000/xhr/websocket', false],
  ])('%s: %s', (path, expected) => {
    expect(isFallbackPath(path)).toBe(expected)
  })
})
