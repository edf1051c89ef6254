/**
 * Makes samples/ and the "# sample:" lines of formats/: a real nginx, real WebSocket clients and a real
 * backend, some three minutes of them. Run: npx tsx test/nginx/make-samples.ts
 */
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { fileURLToPath } from 'node:url'
import { WebSocket } from 'ws'
import { startBackend } from './backend.ts'
import { foreignVariables, freePorts, installNginx, nginxFolder, preamble, removeFolder, startNginx, tempPaths } from './nginx.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FORMATS = `${ROOT}formats/`
const SAMPLES = `${ROOT}samples/`

const nginx = installNginx() ?? fail('no nginx on this machine')
const [backendPort = 0, healthyPort = 0, idlePort = 0, sitePort = 0, ingressPort = 0, deadPort = 0] = freePorts(6)

const folder = nginxFolder()
// An open marker is no line of a location: its snippet brings a server of its own.
const snippets = readdirSync(FORMATS).filter((file) => file.endsWith('.conf') && file !== 'ws_open.conf').map((file) => ({ name: file.replace('.conf', ''), text: readFileSync(FORMATS + file, 'utf8') }))
const directiveName = (text: string): string => /log_format\s+(\S+)/.exec(text)![1]!
const everyFormat = snippets.map(({ name, text }) => `access_log ${folder}/format-${name}.log ${directiveName(text)};`).join(' ')
const upgrade = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade; proxy_set_header Host $host;'

const config = `${preamble(folder, { workers: 2 })}
http {
${snippets.map(({ text }) => text).join('\n')}
${foreignVariables({ proxy_upstream_name: 'default-chat-8080', proxy_alternative_upstream_name: '', req_id: '8f1b2c3d4e5f60718293a4b5c6d7e8f9', the_real_ip: '10.20.30.40', kong_request_id: '5d2f6c0a1b3e4d5c6f7a8b9c0d1e2f30' })}
map $http_upgrade $connection_upgrade { default upgrade; '' close; }
${tempPaths(folder)}
upstream chat { server 127.0.0.1:${backendPort}; }
upstream tried { server 127.0.0.1:${deadPort} max_fails=0; server 127.0.0.1:${backendPort} max_fails=0; }
real_ip_header X-Forwarded-For; set_real_ip_from 127.0.0.1;
server { listen 127.0.0.1:${healthyPort}; server_name chat.example.com; access_log ${folder}/healthy.log ws; proxy_read_timeout 1h;
  location /ws/ { proxy_pass http://chat; ${upgrade} } }
server { listen 127.0.0.1:${idlePort}; server_name chat.example.com; access_log ${folder}/idle.log ws_plus;
  location /ws/ { proxy_pass http://chat; ${upgrade} }
  location /nowhere/ { proxy_pass http://127.0.0.1:${deadPort}; ${upgrade} } }
server { listen 127.0.0.1:${sitePort}; server_name www.example.com; access_log ${folder}/site.log main; ${everyFormat}
  location / { proxy_pass http://chat; ${upgrade} } location = /old { return 301 /new; } }
server { listen 127.0.0.1:${ingressPort}; server_name app.example.com; access_log ${folder}/ingress.log ingress-nginx;
  location / { proxy_pass http://tried; ${upgrade} } }
}`

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

// A generator with a seed: the story is the same at every run, only its clock is not.
let seed = 20261121
const random = (): number => (seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff) / 0x80000000
const address = (): string => `203.0.113.${1 + Math.floor(random() * 40)}`

/** A real client session; `leave`: ms after which the client closes it. */
const session = (port: number, path: string, { leave = 0, agent = 'okhttp/4.12.0' }: { leave?: number; agent?: string } = {}): Promise<void> =>
  new Promise((resolve) => {
    const client = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers: { host: 'chat.example.com', 'user-agent': agent, 'x-forwarded-for': address() } })
    client.on('open', () => leave > 0 && setTimeout(() => client.close(1000), leave))
    client.on('close', () => resolve())
    client.on('error', () => resolve())
  })

const page = (port: number, path: string, { method = 'GET', agent = 'Mozilla/5.0 (X11; Linux x86_64) "quoted" é' }: { method?: string; agent?: string } = {}): Promise<void> =>
  new Promise((resolve) => {
    const sent = request({ port, host: '127.0.0.1', path, method, headers: { host: 'www.example.com', 'user-agent': Buffer.from(agent, 'utf8').toString('latin1'), 'x-forwarded-for': address(), authorization: `Basic ${Buffer.from('ops team:x').toString('base64')}` } }, (answer) => {
      answer.resume()
      answer.on('end', resolve)
    })
    sent.on('error', () => resolve())
    sent.end()
  })

/** Starts `count` of something over `seconds`, at moments of their own. */
const spread = async (count: number, seconds: number, start: (index: number) => Promise<void>): Promise<void> => {
  await Promise.all(Array.from({ length: count }, async (_, index) => {
    await sleep(random() * seconds * 1000)
    await start(index)
  }))
}

const backend = await startBackend(backendPort)
const server = await startNginx(nginx, { config, folder, port: healthyPort })
await Promise.all([
  // Healthy: people come and go, the server pings every few seconds.
  spread(160, 150, (index) => session(healthyPort, `/ws/room/${index % 5}?token=secret${index}&every=2000`, { leave: 500 + random() ** 2 * 60_000 })),
  // Idle: nobody pings, so nginx cuts at its default of 60 s; some rooms are busy; one backend is not there.
  spread(90, 80, (index) => session(idlePort, `/ws/quiet?id=${index}`)),
  spread(60, 110, (index) => session(idlePort, `/ws/busy?id=${index}&every=1000`, { leave: 2000 + random() * 50_000 })),
  spread(12, 110, () => session(idlePort, '/nowhere/room')),
  spread(6, 110, () => session(idlePort, '/ws/deny')),
  // A whole site in one log: pages, Socket.IO with its fallback, sockets at two paths.
  spread(200, 140, (index) => page(sitePort, ['/', '/static/app.js?v=3', `/api/items/${index}`, '/missing/page', '/old'][index % 5]!)),
  spread(40, 140, (index) => page(sitePort, `/socket.io/?EIO=4&transport=polling&t=${index}`, { method: index % 3 === 0 ? 'POST' : 'GET' })),
  spread(25, 120, () => session(sitePort, '/socket.io/?EIO=4&transport=websocket&sid=abc&every=5000', { leave: 3000 + random() * 15_000 })),
  spread(5, 120, () => page(sitePort, '/socket.io/?EIO=4&transport=websocket&sid=gone')),
  spread(20, 120, (index) => session(sitePort, `/api/stream?user=${index}`, { leave: 1000 + random() * 20_000 })),
  spread(4, 120, () => session(sitePort, '/cable/deny')),
  // Two backends, the first one dead: lists of tries, unquoted.
  spread(40, 120, (index) => session(ingressPort, `/ws/app?id=${index}&every=3000`, { leave: 1000 + random() * 25_000 })),
])
await server.quit()
backend.close()

for (const [log, story] of [['healthy', 'healthy'], ['idle', 'idle-60s'], ['site', 'mixed-site'], ['ingress', 'ingress-retries']] as const) {
  copyFileSync(`${folder}/${log}.log`, `${SAMPLES}${story}.access.log`)
}
for (const { name, text } of snippets) {
  const lines = readFileSync(`${folder}/format-${name}.log`, 'utf8').split('\n')
  const chosen = [lines.find((line) => line.includes(' 101 ') || line.includes('"status":"101"')), lines.find((line) => line.includes('/missing/page'))].filter((line) => line !== undefined)
  const bare = text.split('\n').filter((line) => !line.startsWith('# sample: ')).join('\n')
  const at = bare.indexOf('log_format ')
  writeFileSync(`${FORMATS}${name}.conf`, `${bare.slice(0, at)}${chosen.map((line) => `# sample: ${line}\n`).join('')}${bare.slice(at)}`)
}
removeFolder(folder)

function fail(message: string): never {
  throw new Error(message)
}
