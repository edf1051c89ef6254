import { setMaxListeners } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { startFlaky, startHole, startNames, startOdd, startRooms } from './farm-backends.ts'
import { visitFarm } from './farm-clients.ts'
import { farmConfig } from './farm-config.ts'
import { hasOwnNetwork, noticeSoon, vanish } from './farm-network.ts'
import { FAR, type Cause, type FarmOptions } from './farm-options.ts'
import { planFarm, type Visit } from './farm-plan.ts'
import { freePorts, startNginx } from './nginx.ts'

/** What came of a farm: its visits as they were planned, and what did not go so. */
export interface FarmRun {
  readonly visits: readonly Visit[]
  /** Empty, or the truth is not to be trusted. */
  readonly surprises: readonly string[]
}

/** Runs a farm in this process: real nginx, real sockets; leaves the logs in the folder, and truth.json beside them. */
export const runFarmHere = async ({ nginx, folder, options }: { nginx: string; folder: string; options: FarmOptions }): Promise<FarmRun> => {
  const canVanish = hasOwnNetwork()
  if (canVanish) noticeSoon()
  const visits = planFarm(options, { canVanish })
  const [port = 0, one = 0, two = 0, flaky = 0, odd = 0, hole = 0, dead = 0, alsoDead = 0, dns = 0, far = 0] = freePorts(10)
  const ports = { nginx: port, one: options.singleUpstream ? flaky : one, two: options.singleUpstream ? flaky : two, flaky, odd, hole, dead, alsoDead, dns, far }
  mkdirSync(`${folder}/tmp`, { recursive: true })
  mkdirSync(`${folder}/html`, { recursive: true })
  writeFileSync(`${folder}/htpasswd`, 'joe:{PLAIN}secret\n')

  let killable = await startFlaky(flaky)
  const helpers = await Promise.all([startRooms(one), startRooms(two), startRooms(far, FAR), startOdd(odd), startNames(dns), startHole(hole)])
  const server = await startNginx(nginx, { config: farmConfig(folder, ports, options), folder, port })

  // Logs of whole seconds show ends as one that fall into the same second: which these are shall be as in every run.
  await sleep(1000 - (Date.now() % 1000))
  const begin = Date.now()
  const at = (ms: number): Promise<void> => sleep(Math.max(0, begin + ms - Date.now()))
  const surprises: string[] = []
  const over = new AbortController()
  setMaxListeners(0, over.signal)
  const rows: Record<string, { cause: Cause; opened: number; at: number; status?: number }> = {}
  const timeline = [
    ...visits.map(async (visit) => {
      await at(visit.at)
      const opened = (Date.now() - begin) / 1000
      const { status, ended } = await visitFarm(visit, port, over.signal)
      rows[visit.id] = { cause: visit.cause, opened, at: (Date.now() - begin) / 1000, ...(visit.status !== 101 && { status: visit.status }) }
      if (ended === 'by the farm') surprises.push(`${visit.id} did not end`)
      else if (status !== visit.status && !(status === 0 && [9, 400, 408, 499].includes(visit.status))) surprises.push(`${visit.id} was answered ${status}, not ${visit.status}`)
    }),
    ...options.kills.map(async (kill) => {
      await at(kill * 1000)
      killable.kill('SIGKILL')
      await at((kill + options.downFor) * 1000)
      killable = await startFlaky(flaky)
    }),
    ...(canVanish ? [at(options.vanishAt * 1000).then(() => vanish(FAR))] : []),
    ...options.reloads.map(async (reload) => {
      await at(reload * 1000)
      server.signal('SIGHUP')
    }),
  ]
  const latest = Math.max(options.seconds, ...options.reloads.map((reload) => reload + options.shutdownTimeout)) * 1000 + 4000
  await Promise.race([Promise.all(timeline), at(latest)])
  over.abort()
  await Promise.all(timeline)
  await server.quit()
  killable.kill('SIGKILL')
  for (const helper of helpers) helper.close()

  const ordered = Object.fromEntries(visits.map(({ id }) => [id, rows[id]]))
  writeFileSync(`${folder}/truth.json`, `${JSON.stringify({ _events: { upstreamKilled: options.kills, downFor: options.downFor, reloads: options.reloads, options }, ...ordered }, null, 1)}\n`)
  return { visits, surprises }
}
