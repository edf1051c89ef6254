import { describe, expect, it } from 'vitest'
import { loadKnownFormats } from '../src/input/formats.ts'
import { detectFormat, isDetected } from '../src/log-format/detect.ts'
import { explainLine } from '../src/log-format/explain.ts'
import { Field } from '../src/log-format/fields.ts'
import { parseLine } from './helpers/parse.ts'
import { formatFiles } from './helpers/real-lines.ts'

const all = formatFiles.map(({ format }) => format)

it('every file under formats/ is a known format, by its own name', async () => {
  expect((await loadKnownFormats()).map(({ name }) => name)).toEqual(formatFiles.map(({ name }) => name))
})

describe.each(formatFiles)('formats/$file', ({ name, format, snippet, samples }) => {
  it('begins with what it is, and how to add one', () => {
    expect(snippet).toMatch(new RegExp(`^# ${name}: \\S`))
    expect(snippet.slice(0, snippet.indexOf('# sample:'))).toContain('# To add a format of your own: copy this file')
  })

  it('tells the status and the time of a line; a marker, of which request it is', () => {
    expect([...format.fields]).toEqual(expect.arrayContaining([...(format.isOpenMarker ? [Field.requestId, Field.connection, Field.pid] : [Field.status]), Field.time, Field.client]))
    expect(format.isOpenMarker).toBe(name === 'ws_open')
  })

  it('has two samples or more, one of them a session', () => {
    expect(samples.length).toBeGreaterThanOrEqual(2)
    if (!format.isOpenMarker) expect(samples.map((sample) => parseLine(format, sample)?.number.status)).toContain(101)
  })

  it.each(samples)('reads its sample in full: %s', (sample) => {
    expect(explainLine(format, sample)).toHaveProperty('fields')
    const parsed = parseLine(format, sample)
    expect(parsed?.text.client).toMatch(/^\d+\.\d+\.\d+\.\d+$/)
    expect(parsed?.text.request).toMatch(/^GET \//)
    expect(parsed?.number.time).toBeGreaterThan(Date.UTC(2026, 10, 20))
    if (format.isOpenMarker) expect(parsed?.text.requestId).toMatch(/^[0-9a-f]{32}$/)
    else expect(parsed?.number.bodyBytes).toBeGreaterThanOrEqual(0)
  })

  it.each(samples)('is detected when all known formats compete: %s', (sample) => {
    const detection = detectFormat(Buffer.from(`${sample}\n`, 'latin1'), all)
    expect(isDetected(detection) && [detection.formats[0]!.name, detection.envelope]).toEqual([name, undefined])
  })
})
