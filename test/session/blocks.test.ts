import { describe, expect, it } from 'vitest'
import { Summary } from '../../src/aggregate/summary.ts'
import { endingVerdict, failureVerdict } from '../../src/cause/verdict.ts'
import { BlockPlayer } from '../../src/session/block-player.ts'
import { BlockWriter } from '../../src/session/block-writer.ts'
import { BLOCK_BYTES, BLOCK_ROWS, type HandshakeBlock } from '../../src/session/handshake-block.ts'
import { Gathering, type RowsConsumer } from '../../src/session/gathering.ts'
import { countedVerdict, type HandshakeRows, Kind } from '../../src/session/handshake-rows.ts'
import type { NameTable } from '../../src/session/names.ts'
import { Protocol } from '../../src/session/protocol.ts'
import type { FailureEvent, HandshakeConsumer, NameTables, SessionEvent } from '../../src/session/session.ts'
import { EventMaker, type PlainEvent, plainEvent } from '../helpers/events.ts'
import { Seeded, times } from '../helpers/seeded.ts'

const NOON = Date.UTC(2026, 10, 20, 12)
const SESSION: PlainEvent = { endedAtMs: NOON, startedAtMs: NOON - 60_000, durationMs: 60_000, status: 101, bytesToClient: 100, client: '10.0.0.1', host: 'a.example', path: '/ws', upstream: '10.1.0.1:80' }
const IDLE = endingVerdict('idle-timeout', 'confirmed')
const CLOSED = endingVerdict('closed', 'guess')

/** Takes handshakes without the records that they were made of. */
type HandshakeTaker = Omit<HandshakeConsumer, 'session' | 'failure'> & { session(event: SessionEvent, names: NameTables): void; failure(event: FailureEvent, names: NameTables): void }

/** Notes what it is told, in plain values. */
class Notes implements HandshakeConsumer, RowsConsumer {
  readonly told: unknown[] = []
  rows(rows: HandshakeRows, names: NameTables): void {
    for (let row = 0; row < rows.count; row++) {
      const event = rows.read(row)
      if (rows.kind(row) === Kind.session) this.session(event as SessionEvent, names)
      else if (rows.kind(row) === Kind.failure) this.failure(event as FailureEvent, names)
      else this.relabelled(event as SessionEvent, countedVerdict(rows, row), names)
    }
  }
  session(event: SessionEvent, names: NameTables): void {
    this.told.push(['session', plainEvent(event, names), event.protocol])
  }
  failure(event: FailureEvent, names: NameTables): void {
    this.told.push(['failure', plainEvent(event, names), event.protocol])
  }
  relabelled(event: SessionEvent, counted: typeof IDLE, names: NameTables): void {
    this.told.push(['relabelled', plainEvent(event, names), counted])
  }
  covered(atMs: number): void {
    this.told.push(['covered', atMs])
  }
  other(kind: 'plain' | 'polling'): void {
    this.told.push(['other', kind])
  }
  undecided(status: number, path: number): void {
    this.told.push(['undecided', status, path])
  }
  settle(names: NameTables): void {
    this.told.push(['settle', names.paths.size])
  }
}

/** Gives each block to the player as another thread would get it: a copy, its buffer moved. */
const throughBlocks = (consumer: RowsConsumer): { writer: BlockWriter; blocks: HandshakeBlock[] } => {
  const player = new BlockPlayer(consumer)
  const blocks: HandshakeBlock[] = []
  const free: ArrayBuffer[] = []
  const writer = new BlockWriter({
    send: (block) => {
      const moved = structuredClone(block, { transfer: [block.buffer] })
      blocks.push(moved)
      player.play(moved)
      free.push(moved.buffer)
    },
    // What a block before left in it is not to be read again.
    takeBuffer: () => free.pop() ?? new ArrayBuffer(BLOCK_BYTES),
  })
  return { writer, blocks }
}

/** Names whose numbers start anew, as those of a reader with no more room do. */
class Numbered implements NameTable {
  generation = 0
  #labels = ['']
  get size(): number {
    return this.#labels.length
  }
  at(number: number) {
    return { label: this.#labels[number]!, isKept: true }
  }
  add(label: string): number {
    return this.#labels.push(label) - 1
  }
  clear(): void {
    this.generation++
    this.#labels = ['']
  }
}

describe('what a log consists of, in blocks for another thread', () => {
  const told = (tell: (to: HandshakeTaker, maker: EventMaker) => void): { direct: unknown[]; played: unknown[]; blocks: HandshakeBlock[] } => {
    const direct = new Notes()
    tell(direct, new EventMaker())
    const played = new Notes()
    const { writer, blocks } = throughBlocks(played)
    tell(writer, new EventMaker())
    writer.flush()
    return { direct: direct.told, played: played.told, blocks }
  }

  it.each<[string, Partial<PlainEvent>]>([
    ['a session', {}],
    ['one of which the format tells little', { durationMs: Number.NaN, bytesToClient: -1, upstream: undefined, client: '', host: '', path: '' }],
    ['one that was complete', { isComplete: true }],
    ['one that was not', { isComplete: false }],
    ['one that an error line explains', { isExplained: true, verdict: IDLE, tries: 3 }],
    ['one of HTTP/2', { protocol: Protocol.http2 }],
    ['one that began before 1970', { startedAtMs: -5000, endedAtMs: -1, durationMs: 4999.5 }],
    ['one with the highest numbers', { bytesToClient: 2 ** 53 - 1, durationMs: 1e12 }],
    ['a failure', { status: 502, durationMs: 3, bytesToClient: 157, verdict: failureVerdict('refused', 'upstream', 'likely') }],
    ['a failure with a status that is none', { status: 0, upstream: '' }],
  ])('tells %s as it was', (_, parts) => {
    const { direct, played } = told((to, maker) => maker.tell(to, { ...SESSION, ...parts }))
    expect(direct).toHaveLength(1)
    expect(played).toEqual(direct)
  })

  it('tells of a session that is counted anew with which verdict it was counted', () => {
    const { direct, played } = told((to, maker) => to.relabelled!(maker.event({ ...SESSION, verdict: CLOSED }) as SessionEvent, IDLE, maker.names))
    expect(direct).toMatchObject([['relabelled', {}, { cause: 'idle-timeout' }]])
    expect(played).toEqual(direct)
  })

  it('tells what is counted, what is open whether it is a handshake, and that numbers of names change', () => {
    const { direct, played } = told((to, maker) => {
      for (const kind of ['plain', 'plain', 'polling'] as const) to.other(kind)
      to.undecided(101, maker.path('/a'))
      to.undecided(200, maker.path('/b'))
      to.settle(maker.names)
    })
    expect(played).toEqual(direct)
  })

  it('tells the first and the last time of a block, of one without lines none', () => {
    const { played } = told((to) => [NOON + 5, NOON, NOON + 9, NOON + 3].forEach((atMs) => to.covered(atMs)))
    expect(played).toEqual([['covered', NOON], ['covered', NOON + 9]])
    const later = told((to) => {
      to.covered(NOON + 50)
      to.settle(new EventMaker().names)
      to.covered(NOON + 70)
    }).played
    expect(later.filter((one) => (one as unknown[])[0] === 'covered')).toEqual([['covered', NOON + 50], ['covered', NOON + 50], ['covered', NOON + 70], ['covered', NOON + 70]])
    expect(told(() => {}).played).toEqual([])
  })

  it('says where a log begins, and how much was read', () => {
    const { writer, blocks } = throughBlocks(new Notes())
    const maker = new EventMaker()
    maker.tell(writer, SESSION)
    writer.startLog()
    writer.read(4096)
    writer.flush()
    writer.endLog()
    writer.read(10)
    writer.read(20)
    writer.flush()
    writer.read(1 << 22)
    expect(blocks.map(({ rows, startsLog, bytes }) => ({ rows, startsLog, bytes }))).toEqual([{ rows: 1, startsLog: false, bytes: 0 }, { rows: 0, startsLog: true, bytes: 4096 }, { rows: 0, startsLog: false, bytes: 30 }, { rows: 0, startsLog: false, bytes: 1 << 22 }])
  })

  it('sends a block as soon as it is full, of handshakes or of lines that are undecided', () => {
    const { played, direct, blocks } = told((to, maker) => times(BLOCK_ROWS + 1, (index) => maker.tell(to, { ...SESSION, bytesToClient: index })))
    expect(played).toEqual(direct)
    expect(blocks.map(({ rows }) => rows)).toEqual([BLOCK_ROWS, 1])
    const undecided = told((to, maker) => times(BLOCK_ROWS * 2 + 1, (index) => to.undecided(200, maker.path(`/${index % 7}`))))
    expect(undecided.blocks.map((block) => block.undecided)).toEqual([BLOCK_ROWS, BLOCK_ROWS, 1])
    expect(undecided.played).toEqual(undecided.direct)
  })

  it('tells each name and each verdict once', () => {
    const { blocks } = told((to, maker) => {
      for (const path of ['/a', '/b', '/a']) maker.tell(to, { ...SESSION, path, verdict: IDLE })
      to.settle(maker.names)
      maker.tell(to, { ...SESSION, path: '/c', verdict: IDLE })
      maker.tell(to, { ...SESSION, path: '/b', verdict: IDLE })
    })
    expect(blocks.map(({ names }) => names.paths.labels)).toEqual([['/a', '/b'], ['/c']])
    expect(blocks[0]!.verdicts.at(-1)).toEqual({ cause: 'idle-timeout', layer: 'nginx', confidence: 'confirmed' })
    expect(blocks[1]!.verdicts).toEqual([])
  })

  it('keeps names and numbers together when numbers start anew', () => {
    const notes = new Notes()
    const { writer } = throughBlocks(notes)
    const paths = new Numbered()
    const maker = new EventMaker()
    const names = { ...maker.names, paths }
    const tell = (path: number): void => writer.session({ ...maker.event(SESSION), path } as SessionEvent, names)
    tell(paths.add('/first'))
    tell(paths.add('/second'))
    writer.settle(names)
    paths.clear()
    tell(paths.add('/third'))
    writer.settle(names)
    expect(notes.told.flatMap((one) => ((one as unknown[])[0] === 'session' ? [(one as [string, PlainEvent])[1].path] : []))).toEqual(['/first', '/second', '/third'])
  })

  it.each([1, 2, 3])('a summary that is told through blocks, or some thousand handshakes at a time, is the one that is told directly (seed %i)', (seed) => {
    const random = new Seeded(seed)
    const lines = times(10_000, () => ({
      kind: random.pick(['handshake', 'handshake', 'plain', 'polling', 'undecided', 'relabelled', 'flush'] as const),
      event: {
        ...SESSION, endedAtMs: NOON + random.int(0, 7_200_000), durationMs: random.pick([Number.NaN, random.int(0, 1e6)]), status: random.pick([101, 101, 404, 502]), bytesToClient: random.int(-1, 9),
        client: `10.0.0.${random.int(0, 200)}`, path: random.pick(['/ws', '/live', '__proto__']), upstream: random.pick([undefined, '', 'a', 'b']), isComplete: random.pick([undefined, true, false]), isExplained: random.next() < 0.2,
      },
    }))
    const tellAll = (to: HandshakeTaker, flush: () => void): void => {
      const maker = new EventMaker()
      for (const { kind, event } of lines) {
        if (kind === 'handshake') {
          to.covered(event.endedAtMs)
          maker.tell(to, event)
        } else if (kind === 'undecided') to.undecided(event.status, maker.path(event.path))
        else if (kind === 'relabelled') to.relabelled!(maker.event({ ...event, status: 101, verdict: IDLE }) as SessionEvent, CLOSED, maker.names)
        else if (kind === 'flush') flush()
        else to.other(kind)
      }
      to.settle(maker.names)
    }
    const direct = new Summary()
    tellAll(direct, () => {})
    const played = new Summary()
    const { writer } = throughBlocks(played)
    tellAll(writer, () => writer.flush())
    expect(direct.attempts).toBeGreaterThan(1000)
    expect(JSON.stringify(played)).toBe(JSON.stringify(direct))
    const gathered = new Summary()
    const gathering = new Gathering(gathered)
    tellAll(gathering, () => gathering.flush())
    expect(JSON.stringify(gathered)).toBe(JSON.stringify(direct))
  })
})
