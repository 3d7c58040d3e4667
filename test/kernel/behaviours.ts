import * as assert from 'uvu/assert'
import type { Outcome } from '../../src/verify/lab/agent.js'
import { assertShares } from './shares.js'
import { addressesOf, type Family, type Frontend, frontendOf, type ServiceName } from './shop.js'
import { answererOf, describeOutcome, NODE_EXTRA, type World } from './world.js'

// The table of results of the packet walk: who meets what where, in both families, over TCP and UDP.

export type Client = 'outside' | 'worker-1' | 'client' | 'far-client' | 'web-1'

/** What a client is to meet at some frontends of a Service. */
export interface Row {
  readonly from: Client
  readonly to: ServiceName | 'nobody'
  readonly at: readonly Frontend[]
  /** The client's source address and the port, if not the usual ones. */
  readonly source?: (family: Family) => string
  readonly port?: number
  readonly expect: (family: Family, source: string) => readonly string[]
}

const PUBLIC: readonly Frontend[] = ['NodePort', 'external IP', 'load balancer IP']
export const ALL: readonly Frontend[] = ['ClusterIP', ...PUBLIC]

const keepingSource =
  (...backends: readonly string[]): Row['expect'] =>
  (_, source) =>
    backends.map(backend => `${backend} sees ${source}`)
const masqueraded =
  (...backends: readonly string[]): Row['expect'] =>
  family =>
    backends.map(backend => `${backend} sees ${addressesOf('worker-1')[family]}`)
export const refused: Row['expect'] = () => ['refused']
const silence: Row['expect'] = () => ['silence']

const stranger = (family: Family): string => (['192.0.2.7', '2001:db8:2::7'] as const)[family]

/** What the nodes of kube-proxy do with packets, in nftables mode. */
export const BEHAVIOURS: Readonly<Record<string, readonly Row[]>> = {
  'a ClusterIP reaches all endpoints, masqueraded but for pods': [
    { from: 'outside', to: 'web', at: ['ClusterIP'], expect: masqueraded('web-1', 'web-2') },
    { from: 'client', to: 'web', at: ['ClusterIP'], expect: keepingSource('web-1', 'web-2') },
    { from: 'worker-1', to: 'web', at: ['ClusterIP'], expect: masqueraded('web-1', 'web-2') },
    { from: 'client', to: 'solo', at: ['ClusterIP'], expect: keepingSource('web-1') },
  ],
  'external policy Cluster reaches all endpoints, always masqueraded': [
    { from: 'outside', to: 'web', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
    { from: 'client', to: 'web', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
    { from: 'far-client', to: 'web', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
    { from: 'worker-1', to: 'web', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
  ],
  'external policy Local shows outside the endpoint of this node and keeps its address': [
    { from: 'outside', to: 'local', at: PUBLIC, expect: keepingSource('web-1') },
    { from: 'outside', to: 'local', at: PUBLIC, source: stranger, expect: keepingSource('web-1') },
  ],
  'external policy Local is short-circuited for pods and the node': [
    { from: 'client', to: 'local', at: PUBLIC, expect: keepingSource('web-1', 'web-2') },
    { from: 'worker-1', to: 'local', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
    { from: 'client', to: 'remote', at: PUBLIC, expect: keepingSource('web-2') },
    { from: 'worker-1', to: 'remote', at: PUBLIC, expect: masqueraded('web-2') },
  ],
  'external policy Local without an endpoint on this node is silent to outside': [
    { from: 'outside', to: 'remote', at: PUBLIC, expect: silence },
    { from: 'outside', to: 'remote', at: ['ClusterIP'], expect: masqueraded('web-2') },
  ],
  'internal policy Local reaches the endpoint of this node or is silent': [
    { from: 'client', to: 'inner', at: ['ClusterIP'], expect: keepingSource('web-1') },
    { from: 'worker-1', to: 'inner', at: ['ClusterIP'], expect: masqueraded('web-1') },
    { from: 'outside', to: 'inner', at: PUBLIC, expect: masqueraded('web-1', 'web-2') },
    { from: 'client', to: 'lonely', at: ['ClusterIP'], expect: silence },
    { from: 'worker-1', to: 'lonely', at: ['ClusterIP'], expect: silence },
    { from: 'outside', to: 'lonely', at: ['ClusterIP'], expect: silence },
  ],
  'without endpoints every destination refuses': [
    { from: 'outside', to: 'empty', at: ALL, expect: refused },
    { from: 'client', to: 'empty', at: ALL, expect: refused },
    { from: 'worker-1', to: 'empty', at: ALL, expect: refused },
  ],
  'a wrong port of a ClusterIP refuses': [
    { from: 'outside', to: 'web', at: ['ClusterIP'], port: 81, expect: refused },
    { from: 'client', to: 'web', at: ['ClusterIP'], port: 81, expect: refused },
    { from: 'worker-1', to: 'web', at: ['ClusterIP'], port: 81, expect: refused },
  ],
  'a ClusterIP that no Service has is silent': [
    { from: 'outside', to: 'nobody', at: ['ClusterIP'], expect: silence },
    { from: 'client', to: 'nobody', at: ['ClusterIP'], expect: silence },
    { from: 'worker-1', to: 'nobody', at: ['ClusterIP'], expect: silence },
  ],
  'source ranges fence the load balancer IP alone': [
    { from: 'outside', to: 'fenced', at: ALL, expect: masqueraded('web-1', 'web-2') },
    { from: 'outside', to: 'fenced', at: ['load balancer IP'], source: stranger, expect: silence },
    { from: 'client', to: 'fenced', at: ['load balancer IP'], expect: silence },
    {
      from: 'outside',
      to: 'fenced',
      at: ['ClusterIP', 'NodePort', 'external IP'],
      source: stranger,
      expect: masqueraded('web-1', 'web-2'),
    },
  ],
  'an endpoint that reaches itself sees the address of its node': [
    { from: 'web-1', to: 'solo', at: ALL, expect: masqueraded('web-1') },
  ],
}

// Enough that two equal endpoints both answer, but for one run in 10^12; few where there is one answer.
const PROBES = { many: 40, few: 2 }
// Milliseconds: time for an answer that must come, on a slow machine, and for one that must not.
const PATIENCE = { answer: 4000, silence: 500 }
const PROTOCOLS = ['tcp', 'udp'] as const

/** Sends the probes of a row, all at once. */
export async function checkRow(probe: World['probe'], family: Family, row: Row): Promise<void> {
  const source = row.source?.(family) ?? sourceOf(row.from, family)
  const expected = row.expect(family, source)
  const count = expected.length > 1 ? PROBES.many : PROBES.few
  const patience = expected[0] === 'silence' ? PATIENCE.silence : PATIENCE.answer
  const ways = PROTOCOLS.flatMap(protocol => row.at.map(frontend => ({ protocol, frontend })))
  await Promise.all(
    ways.map(async ({ protocol, frontend }) => {
      const { address, port } = frontendOf(row.to, frontend, family)
      const target = { protocol, address, port: row.port ?? port, from: source, patience }
      const outcomes = await Promise.all(times(count, () => probe(row.from, target)))
      const seen = [...new Set(outcomes.map(describeOutcome))].sort()
      assert.equal(seen, expected, `${row.from} ${source} to ${row.to}: ${frontend}, ${protocol}`)
    }),
  )
}

/** Many clients of the weighted Service are spread as its endpoints weigh. */
export async function checkWeights({ probe }: World, family: Family): Promise<void> {
  for (const protocol of PROTOCOLS) {
    const { address, port } = frontendOf('weighted', 'ClusterIP', family)
    const target = { protocol, address, port, patience: PATIENCE.answer }
    const outcomes = await Promise.all(times(400, () => probe('outside', target)))
    assertShares(outcomes.map(backendOf), { 'web-1': 3, 'web-2': 1 })
  }
}

/**
 * Every address of a network is a client of its own: so many first draws, each then kept at every
 * frontend.
 */
export async function checkAffinity(
  { probe }: World,
  family: Family,
  count: number,
): Promise<void> {
  const reach = async (from: string, frontend: Frontend): Promise<string> => {
    const { address, port } = frontendOf('sticky', frontend, family)
    const patience = PATIENCE.answer
    return backendOf(await probe('outside', { protocol: 'tcp', address, port, from, patience }))
  }
  const network = (['192.0.2.', '2001:db8:2::'] as const)[family]
  const clients = times(count, index => `${network}${index + 1}`)
  const first = await Promise.all(clients.map(client => reach(client, 'ClusterIP')))
  assertShares(first, { 'web-1': 3, 'web-2': 1 })
  for (const frontend of ALL) {
    const again = await Promise.all(clients.map(client => reach(client, frontend)))
    assert.equal(again, first, frontend)
  }
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))

const sourceOf = (client: Client, family: Family): string =>
  (client === 'worker-1' ? NODE_EXTRA : addressesOf(client))[family]

const backendOf = (outcome: Outcome): string =>
  outcome.kind === 'answer' ? answererOf(outcome) : outcome.kind
