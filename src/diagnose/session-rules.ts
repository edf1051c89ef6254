import { blackout } from './blackout.ts'
import { capacity } from './capacity.ts'
import { clientLost } from './client-lost.ts'
import { clientReset } from './client-reset.ts'
import { clientStalled } from './client-stalled.ts'
import { doubleSockets } from './double-sockets.ts'
import { edgeIdleTimeout } from './edge-idle-timeout.ts'
import { evidenceGaps } from './evidence-gaps.ts'
import { flappingClients } from './flapping-clients.ts'
import { idleClusterUnknown } from './idle-cluster-unknown.ts'
import { idleTimeout } from './idle-timeout.ts'
import { instantDrops } from './instant-drops.ts'
import { lifetimeLimit } from './lifetime-limit.ts'
import { nginxStop } from './nginx-stop.ts'
import { noHeartbeat } from './no-heartbeat.ts'
import { reconnectStorm } from './reconnect-storm.ts'
import { reloadCutsSessions } from './reload-cuts-sessions.ts'
import type { Rule } from './rule.ts'
import { tlsClient } from './tls-client.ts'
import { tlsUpstream } from './tls-upstream.ts'
import { upstreamIdleTimeout } from './upstream-idle-timeout.ts'
import { upstreamLost } from './upstream-lost.ts'
import { upstreamReset } from './upstream-reset.ts'
import { upstreamRestart } from './upstream-restart.ts'
import { workerCrash } from './worker-crash.ts'

/** The rules about how sessions end, what happens to many at once, and what nginx itself has room for. */
export const SESSION_RULES: readonly Rule[] = [
  idleTimeout, idleClusterUnknown, noHeartbeat, edgeIdleTimeout, upstreamIdleTimeout, lifetimeLimit,
  clientReset, clientLost, clientStalled, upstreamReset, upstreamLost,
  upstreamRestart, reloadCutsSessions, workerCrash, nginxStop, reconnectStorm, blackout,
  instantDrops, flappingClients, doubleSockets,
  capacity, tlsClient, tlsUpstream, evidenceGaps,
]
