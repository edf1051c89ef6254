import { describe, expect, it } from 'vitest'
import { parseListen } from '../../src/commands/listen-option.ts'
import { parseNotifyUrl } from '../../src/commands/notify-option.ts'
import { WslogError } from '../../src/errors.ts'

describe('--prometheus', () => {
  it.each([
    ['127.0.0.1:9464', '127.0.0.1', 9464],
    ['9464', '127.0.0.1', 9464],
    [':9464', '127.0.0.1', 9464],
    ['localhost:9464', 'localhost', 9464],
    ['[::1]:9464', '::1', 9464],
    ['0.0.0.0:9464', '0.0.0.0', 9464],
    ['[::]:80', '::', 80],
    ['metrics.example.com:65535', 'metrics.example.com', 65_535],
    ['127.0.0.1:0', '127.0.0.1', 0],
  ])('%s', (text, host, port) => {
    expect(parseListen(text)).toEqual({ host, port })
  })

  it.each(['', '127.0.0.1', '::1:9464', '[::1]', '[127.0.0.1]:9464', '[]:9464', '*:9464', '65536', '127.0.0.1:99999', '127.0.0.1:', '256.0.0.1:9464', 'http://127.0.0.1:9464', 'a b:9464', '127.0.0.1:9464/metrics', '-1'])('%s is refused, with what to write', (text) => {
    expect(() => parseListen(text)).toThrow(WslogError)
    expect(() => parseListen(text)).toThrow(`--prometheus ${text}: `)
    expect(() => parseListen(text)).toThrow('write 127.0.0.1:9464')
  })
})

describe('--notify', () => {
  it.each(['https://hooks.example.com/services/T0/B0/secret', 'http://127.0.0.1:8080/hook?token=secret'])('%s', (text) => {
    expect(parseNotifyUrl(text).href).toBe(text)
  })

  it.each(['hooks.example.com/secret', '', 'file:///etc/secret', 'ftp://example.com/secret', 'https://user:secret@example.com/', 'javascript:secret'])('%s is refused, and not repeated', (text) => {
    expect(() => parseNotifyUrl(text)).toThrow(WslogError)
    expect(() => parseNotifyUrl(text)).toThrow(/^--notify: (?!.*secret).*write https:/)
  })
})
