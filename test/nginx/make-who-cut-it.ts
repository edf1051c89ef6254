/**
 * Makes samples/who-cut-it.{access,error}.log out of a farm, its ids taken out and its addresses made public ones:
 *
 *   npx tsx test/nginx/make-farm.ts --seed 11 --out DIR --set '{"seconds":150,"readTimeout":60,"edgeIdle":30,"edgeJitter":0.005,
 *     "upstreamIdle":45,"lifetime":140,"reloads":[144],"shutdownTimeout":3,"kills":[84],"handshakesEach":0,"counts":{"closed":70,
 *     "idle-timeout":50,"edge-idle-timeout":26,"client-reset":8,"upstream-reset":6,"upstream-restart":20,"worker-shutdown":18,"client-lost":4}}'
 *   npx tsx test/nginx/make-who-cut-it.ts DIR
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EDGE } from './farm-options.ts'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('the folder of the farm is missing')

/** 203.0.113.0/24 has room for 253 clients beside the hop in front; more share an address. */
const addresses = new Map<string, string>([[EDGE, '203.0.113.254']])
const disguised = (client: string): string => {
  const known = addresses.get(client) ?? `203.0.113.${1 + ((addresses.size - 1) % 253)}`
  addresses.set(client, known)
  return known
}

/** What clients are called: the access log begins with it, the error log says `client: …`. Backends keep their 127.0.0.1. */
const CLIENT = /^127\.\d+\.\d+\.\d+(?= - )|(?<=client: )127\.\d+\.\d+\.\d+/gm
/** The request's query holds the id of the visit and the part it plays. */
const QUERY = /(?<=GET [^ ?]*)\?[^ "]*|(?<=upstream: "http:[^ "?]*)\?[^ "]*/g
const AGENT = /(?<=ua=")farm\/[^"]*/g
/** Rooms of the farm by what a user would call them. */
const ROOMS: Readonly<Record<string, string>> = { ws: 'chat', long: 'feed', two: 'board', flaky: 'game', live: 'stage', half: 'news' }
const ROOM = /(?<=GET \/|:\d+\/)(?:ws|long|two|flaky|live|half)(?=\/room)/g

for (const [from, to] of [['ws_rich.log', 'access'], ['error_info.log', 'error']] as const) {
  const text = readFileSync(`${folder}/${from}`, 'latin1').replaceAll(QUERY, '').replaceAll(CLIENT, disguised).replaceAll(ROOM, (room) => ROOMS[room]!).replaceAll(AGENT, 'okhttp/4.12.0')
  writeFileSync(fileURLToPath(new URL(`../../samples/who-cut-it.${to}.log`, import.meta.url)), text, 'latin1')
}
