import { describe, expect, it } from 'vitest'
import { briefUserAgent } from '../../src/render/user-agent.ts'

describe('briefUserAgent', () => {
  it.each([
    ['Chrome', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36', 'Chrome/126.0.0.0 (Windows NT 10.0; Win64; x64)'],
    ['Edge', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0', 'Edg/126.0.0.0 (Windows NT 10.0; Win64; x64) Chrome/126.0.0.0'],
    ['Firefox', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0', 'Firefox/128.0 (X11; Linux x86_64; rv:128.0)'],
    ['Safari', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15', 'Safari/17.5 (Macintosh; Intel Mac OS X 10_15_7)'],
    ['Safari of a phone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1', 'Safari/17.5 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148'],
    ['WeChat', 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.49', 'MicroMessenger/8.0.49 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Mobile/15E148'],
    ['a view inside of an app', 'Mozilla/5.0 (Linux; Android 13; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/116.0.0.0 Mobile Safari/537.36', 'Chrome/116.0.0.0 (Linux; Android 13; wv) Mobile'],
    ['one that was cut, with its hash', 'Mozilla/5.0 (Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/116.0.0.0 x...#a67eb1cda823b2e6', 'Chrome/116.0.0.0 (Linux) x...#a67eb1cda823b2e6'],
    ['Internet Explorer', 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', '(Windows NT 10.0; WOW64; Trident/7.0; rv:11.0)'],
    ['an old one', 'Mozilla/4.0 (compatible; MSIE 8.0)', '(compatible; MSIE 8.0)'],
  ])('shows of %s what tells it from others first', (_, whole, brief) => {
    expect(briefUserAgent(whole)).toBe(brief)
  })

  it.each(['okhttp/4.12.0', 'Go-http-client/1.1', 'Python/3.11 websockets/12.0', '', 'Mozilla', 'Mozilla/5.0', 'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko)'])('leaves %j as it is', (text) => {
    expect(briefUserAgent(text)).toBe(text)
  })

  it('leaves what has brackets in brackets, or is longer than any label, as it is', () => {
    for (const text of ['Mozilla/5.0 (X11; Linux (x) y) Firefox/1', `Mozilla/5.0 ${'('.repeat(300_000)}`, `Mozilla/5.0 ${'x '.repeat(300)}`]) expect(briefUserAgent(text)).toBe(text)
  })

  it('loses no end of what is not closed', () => {
    expect(briefUserAgent('Mozilla/5.0 (X11; Linux')).toBe('X11; Linux')
  })
})
