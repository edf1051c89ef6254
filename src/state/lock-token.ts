import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { unique } from './names.ts'

/** A process as the name of a lock's token tells it. */
export interface Holder {
  readonly pid: number
  /** When the process started, clock ticks since boot (proc_pid_stat(5), field 22); 0: this system does not say. */
  readonly startTicks: number
  /** Its namespaces of pids and of time: a pid and its ticks mean something in these only; `0`: not known. */
  readonly namespaces: string
  /** Of the kernel's run, the same in all its containers; `0`: not known. */
  readonly bootId: string
  readonly sinceMs: number
  /** Sixteen hex digits of this one holding. */
  readonly nonce: string
  /** The host's name; what is no letter, digit, `.`, `_` or `-` is a `-`. */
  readonly host: string
  /** Tells hosts of one name apart: of /etc/machine-id; `0`: not known. */
  readonly machine: string
}

/** The name of the token that nobody holds. */
export const FREE = 'free'

/** This process, as one that holds a lock from now on. */
export const thisProcess = ({ nowMs }: { readonly nowMs: number }): Holder => ({
  pid: process.pid,
  ...hasOwnProc() ? { startTicks: statOf('self')?.startTicks ?? 0, namespaces: `${namespaceOf('pid')}-${namespaceOf('time')}` } : { startTicks: 0, namespaces: '0-0' },
  bootId: /^[0-9a-f-]{36}$/.exec(textOf('/proc/sys/kernel/random/boot_id').trim())?.[0] ?? '0',
  sinceMs: nowMs,
  nonce: unique(),
  host: hostname().replaceAll(/[^0-9A-Za-z._-]/g, '-').slice(0, 64),
  machine: hashed(textOf('/etc/machine-id').trim()),
})

/** All that is known of the holder is in the name, so it changes in the very step in which the lock does. */
export const tokenOf = ({ pid, startTicks, namespaces, bootId, sinceMs, nonce, host, machine }: Holder): string =>
  `held.${pid}.${startTicks}.${namespaces}.${bootId}.${sinceMs}.${nonce}.${machine}.${host}`

const TOKEN = /^held\.(\d{1,10})\.(\d{1,16})\.(\d{1,12}-\d{1,12})\.([0-9a-f-]{36}|0)\.(\d{1,15})\.([0-9a-f]{16})\.([0-9a-f]{8}|0)\.([0-9A-Za-z._-]{0,64})$/

/** undefined: no token that this version knows. */
export const holderOf = (token: string): Holder | undefined => {
  const parts = TOKEN.exec(token)
  if (parts === null) return undefined
  const [, pid, startTicks, namespaces, bootId, sinceMs, nonce, machine, host] = parts as unknown as string[]
  return { pid: Number(pid), startTicks: Number(startTicks), namespaces: namespaces!, bootId: bootId!, sinceMs: Number(sinceMs), nonce: nonce!, machine: machine!, host: host! }
}

/** One process of /proc; undefined: it is not there, or may not be seen (hidepid). */
export const statOf = (pid: number | 'self'): { readonly state: string; readonly startTicks: number } | undefined => {
  const text = textOf(`/proc/${pid}/stat`)
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ') // the name before it may hold anything
  const startTicks = Number(fields[19])
  return text === '' || !Number.isSafeInteger(startTicks) ? undefined : { state: fields[0]!, startTicks }
}

/** A /proc of another namespace of pids (unshare -p without --mount-proc) shows other processes under our numbers. */
const hasOwnProc = (): boolean => textOf('/proc/self/stat').startsWith(`${process.pid} `)

const namespaceOf = (kind: 'pid' | 'time'): string => {
  try {
    return /\d{1,12}/.exec(readlinkSync(`/proc/self/ns/${kind}`))?.[0] ?? '0'
  } catch {
    return '0' // no /proc, or a kernel before 5.6
  }
}

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

/** machine-id(5) asks not to show it to others. */
const hashed = (id: string): string => (id === '' ? '0' : createHash('sha256').update(`wslog ${id}`).digest('hex').slice(0, 8))
