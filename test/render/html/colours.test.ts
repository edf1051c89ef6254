import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { contrast, distance, type Eyes, seen } from '../../helpers/colours.ts'

const css = readFileSync(new URL('../../../src/render/html/page.css', import.meta.url), 'utf8')
const [lightBlock, darkBlock] = [...css.matchAll(/:root \{([^}]*--page[^}]*)\}/g)].map(([, block]) => block!)
const colours = (block: string): Record<string, string> => Object.fromEntries([...block.matchAll(/--([\w-]+): (#[\da-f]{6})/g)].map(([, name, value]) => [name!, value!]))
const THEMES = { light: colours(lightBlock!), dark: { ...colours(lightBlock!), ...colours(darkBlock!) } }

/** Texts, and what they stand on somewhere on the page. */
const TEXTS: readonly [string, readonly string[]][] = [
  ['text', ['page', 'card', 'code', 'good-tint', 'bad-tint', 'unknown-tint', 'warn-tint']],
  ['muted', ['page', 'card', 'bad-tint', 'unknown-tint']],
  ['link', ['page', 'card', 'warn-tint']],
  ['bad', ['card', 'bad-tint']],
  ['good', ['good-tint']],
  ['warn', ['warn-tint']],
  ['on-h', ['h0', 'h1', 'h2', 'h3', 'h4']],
  ['on-h-strong', ['h5', 'h6']],
]
const SHAPES = ['client', 'edge', 'nginx', 'upstream', 'unknown', 'orderly', 'attempts', 'good', 'bad', 'line', 'focus']

describe.each(['light', 'dark'] as const)('colours of the %s theme', (theme) => {
  const of = THEMES[theme]
  it('has them all', () => {
    for (const name of [...TEXTS.flatMap(([text, grounds]) => [text, ...grounds]), ...SHAPES]) expect(of[name], name).toMatch(/^#/)
    expect(darkBlock).toContain('--card')
  })

  it.each(TEXTS.flatMap(([text, grounds]) => grounds.map((ground) => [text, ground] as const)))('text %s on %s: at least 4.5 : 1', (text, ground) => {
    expect(contrast(of[text]!, of[ground]!)).toBeGreaterThanOrEqual(4.5)
  })

  it.each(SHAPES)('shape %s on a card: at least 3 : 1', (shape) => {
    expect(contrast(of[shape]!, of['card']!)).toBeGreaterThanOrEqual(3)
  })

  it.each(['all', 'protanopia', 'deuteranopia', 'tritanopia'] as readonly Eyes[])('layers and orderly ends are told apart by eyes with %s', (eyes) => {
    const hues = ['client', 'edge', 'nginx', 'upstream', 'orderly']
    for (const [index, one] of hues.entries()) for (const other of hues.slice(index + 1)) expect(distance(seen(of[one]!, eyes), seen(of[other]!, eyes)), `${one} and ${other}`).toBeGreaterThan(0.085)
  })

  it('the heat map gets darker, or in the dark brighter, with each level', () => {
    const steps = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => contrast(of[name]!, of['card']!))
    expect(steps).toEqual(steps.toSorted((a, b) => a - b))
  })
})

it('every colour that the style uses is one of the checked or a border', () => {
  const used = new Set([...css.matchAll(/var\(--([\w-]+)\)/g)].map(([, name]) => name!))
  const checked = new Set([...TEXTS.flatMap(([text, grounds]) => [text, ...grounds]), ...SHAPES])
  expect([...used].filter((name) => !checked.has(name)).toSorted()).toEqual(['border', 'grid', 'height', 'stream'])
})
