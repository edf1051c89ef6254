import { backendRefused } from './backend-refused.ts'
import { backendSlow } from './backend-slow.ts'
import { badReply } from './bad-reply.ts'
import { clientGone } from './client-gone.ts'
import { dns } from './dns.ts'
import { failedFirstTries } from './failed-first-tries.ts'
import { fallbackToPolling } from './fallback-to-polling.ts'
import { httpVersion } from './http-version.ts'
import { limitsHit } from './limits-hit.ts'
import { noLiveUpstream } from './no-live-upstream.ts'
import { noStickiness } from './no-stickiness.ts'
import { oneBadPeer } from './one-bad-peer.ts'
import { onlyOnOneHost } from './only-on-one-host.ts'
import { originOrLoginRefused } from './origin-or-login-refused.ts'
import { pathNotMatched } from './path-not-matched.ts'
import { redirected } from './redirected.ts'
import { rewrittenPath } from './rewritten-path.ts'
import type { Rule } from './rule.ts'
import { serverError } from './server-error.ts'
import { upgradeMissing } from './upgrade-missing.ts'
import { upstreamClosed } from './upstream-closed.ts'

/** The rules about handshakes: why they fail, and what is wrong though they succeed. */
export const HANDSHAKE_RULES: readonly Rule[] = [
  upgradeMissing, onlyOnOneHost, pathNotMatched, redirected, rewrittenPath, noStickiness, httpVersion, originOrLoginRefused, limitsHit,
  backendRefused, backendSlow, noLiveUpstream, oneBadPeer, badReply, dns, upstreamClosed, serverError,
  failedFirstTries, clientGone, fallbackToPolling,
]
