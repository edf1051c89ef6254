import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { HANDSHAKE_CAUSES, SESSION_CAUSES } from '../../src/cause/cause.ts'
import type { LiveEvent, Snapshot } from '../../src/live/snapshot.ts'
import { LIVE_EVENTS } from '../../src/render/live-sentences.ts'
import { tailSchemaErrors } from '../helpers/report.ts'
import { busySnapshot, emptySnapshot, endingOf, eventOf, figuresOf, instant } from '../helpers/snapshots.ts'

interface Schema {
  readonly $defs: Readonly<Record<string, Schema>>
  readonly type?: string
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean
  readonly enum?: readonly string[]
}

const read = (name: string): Schema => JSON.parse(readFileSync(new URL(`../../src/report/${name}.schema.json`, import.meta.url), 'utf8')) as Schema
const SCHEMA = read('tail')

describe('wslog.tail/1', () => {
  it.each<[string, Snapshot | LiveEvent]>([
    ['an interval of a busy server', busySnapshot()],
    ['the first second', emptySnapshot()],
    ['open sessions as a lower bound', busySnapshot({ active: { open: null, atLeast: { count: 3, at: instant(60) }, nginxConnections: null } })],
    ['an event', eventOf('blackout', { detail: 'no handshake for 40 s' })],
    ['an event of an upstream', eventOf('upstream-restart', { sessions: 3, upstream: '10.0.0.1:80' })],
  ])('holds of %s', (_, document) => {
    expect(tailSchemaErrors(JSON.parse(JSON.stringify(document)))).toEqual([])
  })

  it('knows every event', () => {
    for (const event of Object.keys(LIVE_EVENTS) as LiveEvent['event'][]) expect(tailSchemaErrors(eventOf(event))).toEqual([])
    expect(SCHEMA.$defs['eventKind']!.enum!.toSorted()).toEqual(Object.keys(LIVE_EVENTS).toSorted())
  })

  it('knows every cause', () => {
    const endings = SESSION_CAUSES.map((cause) => [cause, 1, 'guess'] as const)
    const failures = HANDSHAKE_CAUSES.map((cause) => [cause, 1, 'guess'] as const)
    expect(tailSchemaErrors(busySnapshot({ interval: figuresOf(60, { endings, failures }), latest: [...SESSION_CAUSES, ...HANDSHAKE_CAUSES].map((cause) => endingOf(cause)) }))).toEqual([])
  })

  it.each<[string, object]>([
    ['another schema', { ...eventOf('reload'), schema: 'wslog.tail/2' }],
    ['another kind', { ...eventOf('reload'), kind: 'report' }],
    ['an event that nobody knows', { ...eventOf('reload'), event: 'party' }],
    ['a field that it does not name', { ...eventOf('reload'), more: 1 }],
    ['a field of an interval that it does not name', { ...busySnapshot(), more: 1 }],
    ['a time that is not UTC', { ...eventOf('reload'), at: '2026-11-21T14:03:27+01:00' }],
    ['a share above 1', busySnapshot({ interval: { ...figuresOf(60), handshakes: { ...figuresOf(60).handshakes, successRate: 1.5 } } })],
    ['a failed handshake with the cause of a session', busySnapshot({ latest: [{ ...endingOf('refused'), cause: 'closed' }] })],
    ['an event in place of a log', busySnapshot({ logs: [eventOf('reload')] as never })],
  ])('has something against %s', (_, document) => {
    expect(tailSchemaErrors(document)).not.toEqual([])
  })

  it.each(Object.keys(busySnapshot()))('needs the %s of an interval', (field) => {
    const { [field as keyof Snapshot]: _, ...rest } = busySnapshot()
    expect(tailSchemaErrors(rest)).not.toEqual([])
  })

  it('names every field of every object, and allows no other', () => {
    const check = (schema: unknown, path: string): void => {
      if (typeof schema !== 'object' || schema === null) return
      const { type, properties, required, additionalProperties } = schema as Schema
      if (type === 'object' && properties !== undefined && path !== '' && !path.endsWith('evidence')) {
        expect(required, path).toEqual(Object.keys(properties))
        expect(additionalProperties, path).toBe(false)
      }
      for (const [name, value] of Object.entries(schema)) check(value, `${path}/${name}`)
    }
    check(SCHEMA, '')
  })

  it('says of findings, causes and layers what the report says', () => {
    const report = read('report')
    for (const name of ['sessionCause', 'handshakeCause', 'layer', 'confidence', 'instant']) expect(SCHEMA.$defs[name]).toEqual(report.$defs[name])
    expect(SCHEMA.$defs['finding']).toEqual((report.properties!['findings'] as unknown as { items: Schema }).items)
  })
})
