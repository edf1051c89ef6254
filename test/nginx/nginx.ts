import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackage } from '../helpers/apt.ts'

const CANDIDATES = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx', '/usr/local/nginx/sbin/nginx']

/** The real nginx of this machine; undefined when there is none. */
export const findNginx = (): string | undefined => CANDIDATES.find((path) => spawnSync(path, ['-v']).status === 0)

/** Installs nginx from the distribution where that is allowed (Debian and its kin, as root). */
export const installNginx = (): string | undefined => {
  const known = findNginx()
  if (known !== undefined) return known
  installPackage('nginx-light')
  return findNginx()
}

/** Variables of ingress-nginx and Kong that a stock nginx does not have. */
const FOREIGN_VARIABLES = ['proxy_upstream_name', 'proxy_alternative_upstream_name', 'req_id', 'the_real_ip', 'kong_request_id']

export const foreignVariables = (values: Readonly<Record<string, string>> = {}): string =>
  FOREIGN_VARIABLES.map((name) => `map $host $${name} { default "${values[name] ?? '-'}"; }`).join('\n')

export interface RunningNginx {
  readonly folder: string
  /** Ends the workers once their connections are done, so that every session has its line. */
  quit(): Promise<void>
  signal(name: NodeJS.Signals): void
}

/** A folder for nginx to live in, and what every configuration starts with. */
export const nginxFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'wslog-nginx-'))
  mkdirSync(join(folder, 'tmp'))
  return folder
}

export const preamble = (folder: string, { workers = 1, events = '' }: { workers?: number; events?: string } = {}): string => `
daemon off; master_process on; worker_processes ${workers}; pid ${folder}/nginx.pid;
error_log ${folder}/error.log info;
events { worker_connections 4096; ${events} }`

export const tempPaths = (folder: string): string =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${folder}/tmp/${kind};`).join(' ')

/** What `nginx -t` says of a configuration: the empty string when it accepts it. */
export const checkConfig = (nginx: string, config: string, folder: string): string => {
  writeFileSync(join(folder, 'nginx.conf'), config)
  const { status, stderr } = spawnSync(nginx, ['-t', '-c', join(folder, 'nginx.conf'), '-p', folder], { encoding: 'utf8' })
  return status === 0 ? '' : stderr
}

/** Starts nginx and waits until its port answers. */
export const startNginx = async (nginx: string, { config, folder, port }: { config: string; folder: string; port: number }): Promise<RunningNginx> => {
  writeFileSync(join(folder, 'nginx.conf'), config)
  const child = spawn(nginx, ['-c', join(folder, 'nginx.conf'), '-p', folder], { stdio: ['ignore', 'inherit', 'inherit'] })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  await waitForPort(port)
  return {
    folder,
    signal: (name) => void child.kill(name),
    quit: async () => {
      child.kill('SIGQUIT')
      await exited
    },
  }
}

const waitForPort = async (port: number): Promise<void> => {
  for (let tries = 0; tries < 200; tries++) {
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy()
        resolve(true)
      })
      socket.once('error', () => resolve(false))
    })
    if (isOpen) return
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error(`nothing listens on port ${port}`)
}

export const removeFolder = (folder: string): void => {
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
}

export const nginxVersion = (nginx: string): string => spawnSync(nginx, ['-v'], { encoding: 'utf8' }).stderr.trim().replace('nginx version: ', '')

export const freePorts = (count: number): number[] => {
  const out = execFileSync(process.execPath, ['-e', `const n=require('node:net');const s=[];let d=0;for(let i=0;i<${count};i++){const x=n.createServer().listen(0,'127.0.0.1',()=>{s.push(x);if(++d===${count}){console.log(JSON.stringify(s.map(y=>y.address().port)));s.forEach(y=>y.close())}})}`], { encoding: 'utf8' })
  return JSON.parse(out) as number[]
}
