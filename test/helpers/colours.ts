type Rgb = readonly [number, number, number]

const linear = (hex: string): Rgb => {
  const channel = (at: number): number => {
    const value = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  }
  return [channel(1), channel(3), channel(5)]
}

const luminance = ([red, green, blue]: Rgb): number => 0.2126 * red + 0.7152 * green + 0.0722 * blue

/** Contrast of two `#rrggbb`, 1 to 21: WCAG 2, "contrast ratio". */
export const contrast = (one: string, other: string): number => {
  const [high, low] = [luminance(linear(one)), luminance(linear(other))].sort((a, b) => b - a)
  return (high! + 0.05) / (low! + 0.05)
}

export type Eyes = 'all' | 'protanopia' | 'deuteranopia' | 'tritanopia'

/** Machado, Oliveira, Fernandes (2009), "A Physiologically-based Model for Simulation of Color Vision Deficiency", table 1, severity 1. */
const MATRICES: Readonly<Record<Eyes, readonly [Rgb, Rgb, Rgb]>> = {
  all: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}

/** A colour as such eyes see it, in linear light. */
export const seen = (hex: string, eyes: Eyes): Rgb => {
  const [red, green, blue] = linear(hex)
  const [first, second, third] = MATRICES[eyes].map(([r, g, b]) => Math.min(1, Math.max(0, r * red + g * green + b * blue)))
  return [first!, second!, third!]
}

/** How far apart two colours in linear light are, in OKLab: 0.02 is just seen, black and white are 1. */
export const distance = (one: Rgb, other: Rgb): number => Math.hypot(...oklab(one).map((value, index) => value - oklab(other)[index]!))

/** Björn Ottosson, "A perceptual color space for image processing". */
const oklab = ([red, green, blue]: Rgb): Rgb => {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s]
}
