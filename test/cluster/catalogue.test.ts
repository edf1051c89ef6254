import { describe, expect, it } from 'vitest'
import { candidatesFor, LAYER_OF_SIDE, toleranceAt } from '../../src/cluster/catalogue.ts'
import { TIMEOUTS } from '../../src/cluster/timeouts.ts'

const productsAt = (seconds: number): string[] => candidatesFor({ seconds }).map(({ product }) => product)
const productsIn = (fromSeconds: number, toSeconds: number): string[] =>
  candidatesFor({ seconds: (fromSeconds + toSeconds) / 2, window: { fromSeconds, toSeconds } }).map(({ product }) => product)

/** Control, format, private and unassigned characters: none may reach a terminal. */
const UNPRINTABLE = /\p{C}/u

describe('the catalogue of timeouts', () => {
  it.each(TIMEOUTS.map((row) => [`${row.product}: ${row.setting}, ${row.seconds} s`, row] as const))('%s', (_, row) => {
    expect(row.product.trim()).toMatch(/./u)
    expect(row.setting.trim()).toMatch(/./u)
    expect(Number.isFinite(row.seconds) && row.seconds >= 0).toBe(true)
    expect(['idle', 'max', 'ping']).toContain(row.kind)
    expect(['high', 'medium', 'low', 'unsourced']).toContain(row.confidence)
    for (const side of [row.side, ...row.alsoSide]) expect(Object.keys(LAYER_OF_SIDE)).toContain(side)
    expect(row.alsoSide).not.toContain(row.side)
    for (const text of [row.product, row.setting, row.adjustable, row.notes, row.source ?? '']) expect(text).not.toMatch(UNPRINTABLE)
    if (row.cutsByDefault && row.source !== null) expect(row.source).toMatch(/^https:\/\/[a-z0-9.-]+\.[a-z]+\/\S/u)
    if (row.spreadSeconds !== undefined) expect(row.spreadSeconds).toBeGreaterThan(0)
    if (row.hasSharpEnd) expect(row.spreadSeconds).toBeDefined()
    if (row.rangeSeconds !== undefined) {
      const [from, to] = row.rangeSeconds
      expect(row.spreadSeconds).toBeUndefined()
      expect(from).toBeLessThan(to)
      expect(row.seconds >= from && row.seconds <= to).toBe(true)
    }
  })

  it('holds each setting once, by value', () => {
    expect(new Set(TIMEOUTS.map(({ product, setting, seconds }) => `${product}|${setting}|${seconds}`)).size).toBe(TIMEOUTS.length)
    const seconds = TIMEOUTS.map((row) => row.seconds)
    expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
  })

  it('shows what is sourced and cuts, and nothing else, whatever the age', () => {
    const shown = new Set<string>()
    const refused = TIMEOUTS.filter((row) => row.seconds === 0 || !row.cutsByDefault || row.source === null || row.confidence === 'low' || row.confidence === 'unsourced')
    const keyOf = (row: { product: string; setting: string; seconds: number }): string => `${row.product}|${row.setting}|${row.seconds}`
    const note = (candidates: ReturnType<typeof candidatesFor>): void => {
      for (const candidate of candidates) {
        shown.add(keyOf(candidate))
        if (!candidate.source.startsWith('https:') || !candidate.cutsByDefault) expect.fail(candidate.product)
      }
    }
    for (let seconds = 1; seconds <= 100_000; seconds++) {
      note(candidatesFor({ seconds }))
      if (seconds <= 2000) for (const half of [3, 5, 12, 20, 30]) note(candidatesFor({ seconds, window: { fromSeconds: seconds - half, toSeconds: seconds + half } }))
    }
    note(candidatesFor({ seconds: 432_000 }))
    expect(refused.map(keyOf).filter((key) => shown.has(key))).toEqual([])
    expect(shown.size).toBe(TIMEOUTS.length - refused.length)
  })
})

describe('candidatesFor', () => {
  it.each([
    [15, ['Tencent Cloud EdgeOne (WebSocket switch off)', 'Alibaba Cloud CLB (HTTP/HTTPS listener)']],
    [30, ['Google Cloud classic Application LB', 'Google Cloud global/regional external Application LB', 'Jetty 10-12 WebSocket', 'Socket.IO v2.1-v3']],
    [55, ['Heroku router', 'Workerman (manual example)']],
    [60, ['nginx', 'ingress-nginx (Kubernetes)', 'Kong Gateway', 'Tengine', 'AWS ALB', 'AWS Classic ELB', 'Alibaba Cloud CLB (HTTP/HTTPS listener, WebSocket)', 'Alibaba Cloud DCDN (WebSocket)', 'UCloud CLB', 'Phoenix socket', 'Cowboy (Erlang/Elixir) WebSocket']],
    [66, ['Cowboy (Erlang/Elixir) WebSocket']],
    [300, ['Envoy', 'Azure Front Door (Standard/Premium)', 'Google Cloud Run', 'Jetty 9.x WebSocket']],
    [350, ['AWS NLB (TCP listener)', 'AWS NLB (TLS listener)']],
    [600, ['AWS CloudFront', 'nginx stream module', 'Swoole (manual example)']],
    [3600, ['HAProxy Ingress', 'Envoy TCP proxy']],
  ])('at %d s names %s', (seconds, products) => {
    expect(productsAt(seconds)).toEqual(expect.arrayContaining(products))
  })

  it.each([
    ['Puma keeps idle HTTP connections for 65 s', 65, 'Puma'],
    ['keepalive_timeout does not touch tunnels', 75, 'nginx'],
    ['nobody found a page for Global Accelerator', 340, 'AWS Global Accelerator'],
    ['the NAT gateway has no source here', 350, 'AWS NAT gateway'],
    ['Traefik stops counting at the upgrade', 180, 'Traefik'],
    ['Node core leaves upgraded sockets alone', 300, 'Node.js http.Server'],
    ['Socket.IO v4 ends dead peers from 20 to 45 s', 45, 'Socket.IO v4'],
    ['Socket.IO v1 ends dead peers from 60 to 85 s', 60, 'Socket.IO v1.0-v2.0'],
    ['Workerman sweeps from 55 to 65 s', 60, 'Workerman (manual example)'],
    ['retransmission gives up in a tail', 925, 'Linux TCP'],
  ])('keeps silent where %s', (_, seconds, product) => {
    expect(productsAt(seconds)).not.toContain(product)
  })

  it.each([
    ['nothing is known', 77.7],
    ['the only ones are unsourced', 180],
    ['the age is zero', 0],
    ['there is no age', Number.NaN],
  ])('names nothing where %s', (_, seconds) => {
    expect(candidatesFor({ seconds })).toEqual([])
  })

  it.each([
    ['Workerman', 54.992, 64.864, ['Workerman (manual example)']],
    ['Swoole', 599.3, 659.97, ['Swoole (manual example)']],
    ['half of Swoole', 606.5, 647.2, ['Swoole (manual example)']],
    ['Cowboy since 2025', 59.92, 66.02, ['Cowboy (Erlang/Elixir) WebSocket']],
    ['a Socket.IO full of dead peers', 20, 45, ['Socket.IO v4']],
    ['retransmission', 925, 960, ['Linux TCP']],
    ['something wider than any of them', 50, 70, []],
    ['a spot inside a flat top', 57, 58, []],
  ])('a window as wide as %s', (_, from, to, products) => {
    expect(productsIn(from, to)).toEqual(products)
  })

  it('a sharp window means what a single age means', () => {
    expect(productsIn(59.99, 60.02)).toEqual(productsAt(60.005))
  })

  it.each([
    [1, 0.5],
    [50, 0.5],
    [60, 0.6],
    [3600, 36],
  ])('at %d s looks %d s around', (seconds, tolerance) => {
    expect(toleranceAt(seconds)).toBeCloseTo(tolerance)
  })

  it('looks as far around as it is told', () => {
    expect(candidatesFor({ seconds: 350.4, toleranceSeconds: 0.3 })).toEqual([])
    expect(candidatesFor({ seconds: 350.4, toleranceSeconds: 0.5 })).not.toEqual([])
  })

  it('puts the closest first, then the best sourced, then goes by name', () => {
    const ranked = candidatesFor({ seconds: 53, toleranceSeconds: 7 }).map(({ seconds, confidence, product }) => `${Math.abs(53 - seconds)} ${confidence} ${product}`)
    expect(ranked.slice(0, 4)).toEqual(['2 high Workerman (manual example)', '2 medium Heroku router', '3 medium HAProxy (sample config)', '7 high AWS ALB'])
    expect(ranked).toEqual([...ranked].sort())
    expect(candidatesFor({ seconds: 58, toleranceSeconds: 4 }).at(-2)?.product).toBe('Workerman (manual example)')
  })

  it('keeps to the kinds asked for', () => {
    const at30 = candidatesFor({ seconds: 30, kinds: ['max'] })
    expect(at30.map(({ product }) => product)).toContain('Google Cloud classic Application LB')
    expect(new Set(at30.map(({ kind }) => kind))).toEqual(new Set(['max']))
    expect(candidatesFor({ seconds: 30, kinds: [] })).toEqual([])
  })

  it('keeps to the sides asked for, and says on which of them a product was looked for', () => {
    const behind = candidatesFor({ seconds: 300, sides: ['upstream'] })
    expect(new Set(behind.map(({ side }) => side))).toEqual(new Set(['upstream']))
    expect(behind.map(({ product }) => product)).toEqual(expect.arrayContaining(['Jetty 9.x WebSocket', 'Envoy']))
    expect(candidatesFor({ seconds: 300, sides: ['downstream', 'upstream'] }).find(({ product }) => product === 'Envoy')?.side).toBe('downstream')
    expect(candidatesFor({ seconds: 350, sides: ['nginx', 'client'] })).toEqual([])
  })

  it('speaks of layers as the report does', () => {
    expect(LAYER_OF_SIDE).toEqual({ downstream: 'edge', nginx: 'nginx', upstream: 'upstream', client: 'client' })
  })
})
