import type { RankedField } from '../session/session.ts'

export const RANKING_TITLES: Readonly<Record<RankedField, string>> = { upstreams: 'Upstreams', hosts: 'Hosts', paths: 'Paths', clients: 'Clients', userAgents: 'User agents' }
