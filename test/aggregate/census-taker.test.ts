import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { CensusTaker } from '../../src/aggregate/census-taker.ts'
import { Summary } from '../../src/aggregate/summary.ts'
import { loadKnownFormats } from '../../src/input/formats.ts'
import { detectFormat, isDetected } from '../../src/log-format/detect.ts'
import { LogReader } from '../../src/log-format/reader.ts'
import { NO_FILTERS } from '../../src/session/filter.ts'
import { WORDS_ONLY } from '../../src/session/handshake-rule.ts'
import type { HandshakeConsumer } from '../../src/session/session.ts'
import { SessionReader } from '../../src/session/session-reader.ts'
import { ROOT } from '../helpers/cli.ts'

const formats = (await loadKnownFormats()).map(({ format }) => format)

/** Reads a log as the samples of logs are read. */
const read = (bytes: Buffer, consumer: HandshakeConsumer): void => {
  const detection = detectFormat(bytes, formats)
  if (!isDetected(detection)) throw new Error('the sample has no known format')
  const sink = new SessionReader({ filters: NO_FILTERS, isQueryKept: true, isAnonymized: false, open: undefined, rule: WORDS_ONLY, consumer, onSkipped: () => {} })
  sink.startLog('access.log')
  new LogReader({ formats: detection.formats, envelope: undefined, sink }).readBlock(bytes, 0, bytes.length)
  sink.settle()
}

it.each(['mixed-site', 'healthy', 'ingress-retries'])('takes the census that a whole summary of %s takes', (name) => {
  const bytes = readFileSync(`${ROOT}samples/${name}.access.log`)
  const taker = new CensusTaker()
  const summary = new Summary()
  read(bytes, taker)
  read(bytes, summary)
  expect(taker.census.toJSON()).toEqual(summary.census.toJSON())
  expect(taker.census.toJSON().switchedPaths).not.toEqual([])
})
