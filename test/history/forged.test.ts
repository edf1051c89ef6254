import { createHash } from 'node:crypto'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { runState } from '../../src/commands/state.ts'
import { WslogError } from '../../src/errors.ts'
import { mutatedJson } from '../fuzz/mutate-json.ts'
import { healthyVisits, logsOf, SAID } from '../helpers/day.ts'
import { temporaryFolder } from '../helpers/folder.ts'
import { run, type RunParts } from '../helpers/kept.ts'
import { Seeded } from '../helpers/seeded.ts'

interface ManifestJson {
  readonly sha256: string
  readonly meta: unknown
  readonly segments: readonly { readonly name: string; readonly file: string }[]
}

type Change = (json: string) => string

/** Changes what is kept, and makes every checksum fit again: what another release, or a hand, may have written. `where`: `meta`, or the name of a segment. */
const forge = (state: string, where: string, change: Change): void => {
  const path = join(state, 'state.json')
  const { schema: _, sha256: __, meta, segments, ...rest } = JSON.parse(readFileSync(path, 'utf8')) as ManifestJson & { readonly schema: string }
  const rewritten = segments.map((segment) => {
    if (segment.name !== where && !(where === HOUR && segment.name !== 'carry')) return segment
    const at = join(state, 'segments', segment.file)
    const text = change(gunzipSync(readFileSync(at)).toString())
    const packed = gzipSync(text)
    writeFileSync(at, packed)
    return { ...segment, bytes: packed.length, jsonBytes: Buffer.byteLength(text), sha256: createHash('sha256').update(packed).digest('hex') }
  })
  const head = '{"schema":"wslog.state/3","sha256":"'
  const tail = `",${JSON.stringify({ ...rest, segments: rewritten, meta: where === 'meta' ? (JSON.parse(change(JSON.stringify(meta))) as unknown) : meta }).slice(1)}\n`
  writeFileSync(path, `${head}${createHash('sha256').update(head).update(tail).digest('hex')}${tail}`)
}

/** The one hour that the logs below are of. */
const HOUR = 'an hour'

/** A state of half of two logs, and the logs. */
const made = async (): Promise<{ readonly state: string; readonly named: RunParts }> => {
  const { access, error } = logsOf([...healthyVisits(40, { minutes: 30, seed: 7 }), ...Array.from({ length: 20 }, (_, index) => ({ at: index * 60, seconds: 60, bytes: 0, client: `203.0.113.${index}`, said: SAID.idle }))], { level: 'info' })
  const folder = temporaryFolder()
  const [log, errors, state] = ['ws_access.log', 'ws_error.log', 'state'].map((name) => join(folder, name)) as [string, string, string]
  const half = (text: string): string => text.split(/(?<=\n)/).slice(0, 25).join('')
  const named = { files: [log], errorLog: [errors] }
  writeFileSync(log, half(access))
  writeFileSync(errors, half(error!))
  expect(await run({ ...named, state })).toMatchObject({ code: 0, err: '' })
  writeFileSync(log, access)
  writeFileSync(errors, error!)
  return { state, named }
}

const shown = (state: string): Promise<string> => runState(state, { isJson: false, nowMs: Date.UTC(2026, 11, 31), width: 80 }, { out: () => {} }).then(() => '', (error: unknown) => {
  if (!(error instanceof WslogError)) throw error
  return error.message
})

const set = (path: readonly string[], value: unknown): Change => (text) => {
  const json = JSON.parse(text) as Record<string, unknown>
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string, unknown>, json)
  holder[path.at(-1)!] = value
  return JSON.stringify(json)
}

describe('a state whose checksums fit and whose content does not is refused with its place, and stays as it is', () => {
  it.each<readonly [where: string, path: string, value: unknown]>([
    ['meta', 'settings', null],
    ['meta', 'settings.zone', 'Nowhere/Nowhere'],
    ['meta', 'rule.prefixes', true],
    ['meta', 'blind', [null]],
    ['meta', 'undecided', [{}]],
    ['carry', 'ring.judgedTo', null],
    ['carry', 'ring.judgedTo', -8e12],
    ['carry', 'ring.newest', 8e12],
    ['carry', 'waiting', [null]],
    ['carry', 'census', {}],
    [HOUR, 'errors.tally', 'x'],
    [HOUR, 'summary', null],
  ])('%s %s = %j', async (where, path, value) => {
    const { state, named } = await made()
    forge(state, where, set(path.split('.'), value))
    const before = readFileSync(join(state, 'state.json'))
    const place = where === 'meta' ? /what it keeps of the logs is not as this release of wslog writes it \(it\.[\w.[\]]+: / : new RegExp(`segment ${where === HOUR ? '[-\\dTZ]{14}' : where} of the state is not as this release of wslog writes it \\(it\\.[\\w.[\\]]+: `)
    expect(await run({ ...named, state })).toMatchObject({ code: 2, err: expect.stringMatching(place) as unknown })
    expect(await shown(state)).toMatch(place)
    expect(readFileSync(join(state, 'state.json'))).toEqual(before)
  })

  it('whatever is changed in it, it ends with a report or with an error for a person', async () => {
    const { state, named } = await made()
    const random = new Seeded(6)
    let refused = 0
    for (let tries = 0; tries < 60; tries++) {
      const copy = join(temporaryFolder(), 'state')
      cpSync(state, copy, { recursive: true })
      forge(copy, random.pick(['meta', 'carry', HOUR]), (text) => mutatedJson(random, text))
      await shown(copy)
      if ((await run({ ...named, state: copy })).code === 2) refused++
    }
    expect(refused).toBeGreaterThan(20)
    expect(refused).toBeLessThan(60)
  })
})
