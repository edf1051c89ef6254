import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Set in a process that has a network of its own, in which peers may vanish and nothing else is harmed. */
const OWN_NETWORK = 'WSLOG_FARM_OWN_NETWORK'

export const hasOwnNetwork = (): boolean => process.env[OWN_NETWORK] === '1'

/** Runs a script of ours in a network namespace of its own where root may make one, else as it is; gives what it prints. */
export const runApart = (script: URL, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const canMake = process.getuid?.() === 0 && spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up']).status === 0
    const command = [process.execPath, '--import', 'tsx', fileURLToPath(script), ...args]
    const [file = '', ...rest] = canMake ? ['unshare', '-n', 'sh', '-c', 'ip link set lo up && exec "$0" "$@"', ...command] : command
    const child = spawn(file, rest, {
      cwd: fileURLToPath(new URL('../../', import.meta.url)),
      env: canMake ? { ...process.env, [OWN_NETWORK]: '1' } : process.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${fileURLToPath(script)} ended with ${code}`))))
  })

/** Has the kernel notice a vanished upstream within some three seconds; `proxy_socket_keepalive` has no times of its own. */
export const noticeSoon = (): void => {
  for (const [name, value] of [['time', 1], ['intvl', 1], ['probes', 2]] as const) writeFileSync(`/proc/sys/net/ipv4/tcp_keepalive_${name}`, String(value))
}

/** From now on nothing reaches this address, and nobody is told so. */
export const vanish = (address: string): void => {
  execFileSync('ip', ['route', 'add', 'blackhole', address, 'table', 'local'])
}
