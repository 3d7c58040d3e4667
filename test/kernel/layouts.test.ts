import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Ip } from '../../src/address/address.js'
import { LAYOUTS } from '../../src/layouts/registry.js'
import type { LayoutName } from '../../src/options/modes.js'
import type { Branch, Packet } from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../../src/traffic/walk/index-tables.js'
import { openLab } from '../../src/verify/lab/lab.js'
import { nftVersions } from './nft.js'
import {
  addressesOf,
  FAMILIES,
  type Family,
  type Frontend,
  frontendOf,
  HOSTS,
  SERVICES,
  type ServiceName,
} from './shop.js'
import { compileShop, describeOutcome, NODE_EXTRA, openWorld, type World } from './world.js'

// The evaluator against the kernel: what it says of every client and destination of the shop is what
// real packets meet, in each layout.

/** A sender of probes, and how the node under test sees its packets. */
interface Client {
  readonly name: string
  readonly sources: readonly [ipv4: string, ipv6: string]
  readonly inputInterface: string | undefined
}

const [NODE] = HOSTS.nodes
const STRANGER = ['192.0.2.7', '2001:db8:2::7'] as const
const CLIENTS: readonly Client[] = [
  ...['outside', 'far-client'].map(name => clientAt(name, 'eth0')),
  { name: 'outside', sources: STRANGER, inputInterface: 'eth0' },
  ...['client', 'web-1'].map(name => clientAt(name, 'veth')),
  clientAt(NODE.name, undefined),
  { name: NODE.name, sources: NODE_EXTRA, inputInterface: undefined },
]

function clientAt(name: string, inputInterface: string | undefined): Client {
  return { name, sources: addressesOf(name), inputInterface }
}

interface Destination {
  readonly service: ServiceName | 'nobody'
  readonly frontend: Frontend
  /** The port, where it is not the frontend's own. */
  readonly port?: number
}

const FRONTENDS = ['ClusterIP', 'NodePort', 'external IP', 'load balancer IP'] as const
const DESTINATIONS: readonly Destination[] = [
  ...(Object.keys(SERVICES) as ServiceName[]).flatMap(service =>
    FRONTENDS.map(frontend => ({ service, frontend })),
  ),
  { service: 'web', frontend: 'ClusterIP', port: 81 },
  { service: 'web', frontend: 'NodePort', port: 81 },
  { service: 'nobody', frontend: 'ClusterIP' },
  { service: 'nobody', frontend: 'external IP' },
]

const PROTOCOLS = ['tcp', 'udp'] as const
const PROBES = 3
// Milliseconds: time for an answer that must come, on a slow machine, and for one that must not.
const PATIENCE = { answer: 4000, silence: 500 }

const traced = suite('the evaluator and the kernel')
const lab = openLab()
let opening: Promise<World> | undefined
traced.after(lab.close)

for (const layout of Object.keys(LAYOUTS) as LayoutName[]) {
  traced(`agree on the shop in layout ${layout}`, async () => {
    opening ??= openWorld(lab)
    const world = await opening
    const [nft] = nftVersions()
    if (nft === undefined) throw new Error('no nft')
    await world.load(nft, layout)
    const tables = indexTables(compileShop(layout).tables)
    const trials = FAMILIES.flatMap(family =>
      CLIENTS.flatMap(client =>
        DESTINATIONS.filter(to => isTelling(client, to)).flatMap(to =>
          PROTOCOLS.map(protocol => checkTrial(world, tables, { family, client, to, protocol })),
        ),
      ),
    )
    await Promise.all(trials)
  })
}

traced.run()

/** Whether an untouched packet would come back, which it must to be told from a dropped one. */
const isTelling = ({ name, sources }: Client, { service }: Destination): boolean =>
  service !== 'nobody' || (name !== 'far-client' && sources !== NODE_EXTRA)

interface Trial {
  readonly family: Family
  readonly client: Client
  readonly to: Destination
  readonly protocol: (typeof PROTOCOLS)[number]
}

async function checkTrial(
  { probe }: World,
  tables: TablesIndex,
  { family, client, to, protocol }: Trial,
): Promise<void> {
  const { address, port: own } = frontendOf(to.service, to.frontend, family)
  const port = to.port ?? own
  const from = client.sources[family]
  const packet: Packet = {
    saddr: from as Ip,
    daddr: address as Ip,
    protocol,
    dport: port,
    inputInterface: client.inputInterface,
  }
  const addresses = [...NODE.addresses, ...NODE_EXTRA] as unknown as Ip[]
  const branches = evaluate(tables, packet, { addresses })
  const expected = branches.map(branch => expectedOutcome(branch, { family, client }))
  const patience = expected.includes('silence') ? PATIENCE.silence : PATIENCE.answer
  const target = { protocol, address, port, from, patience }
  const outcomes = await Promise.all(
    Array.from({ length: PROBES }, () => probe(client.name, target)),
  )
  const strange = outcomes.map(describeOutcome).filter(outcome => !expected.includes(outcome))
  const words = `${client.name} ${from} to ${to.service}: ${to.frontend} ${port}, ${protocol}`
  assert.equal(strange, [], `${words}: expected ${expected.join(' or ')}`)
}

/**
 * What the sender meets in a branch. An untouched packet finds a host without a server; an answer that
 * does not come back through the node has the wrong source, and is lost.
 */
function expectedOutcome(
  { outcome, to, masqueraded }: Branch,
  { family, client }: Pick<Trial, 'family' | 'client'>,
): string {
  if (outcome.kind === 'drop') return 'silence'
  if (outcome.kind === 'reject' || to === undefined) return 'refused'
  const pod = HOSTS.pods.find(({ addresses }) => addresses[family] === to.ip)
  const isPast = pod?.node !== NODE.name && pod?.node === nodeOf(client)
  if (isPast && !masqueraded) return 'silence'
  return `${pod?.name} sees ${(masqueraded ? NODE.addresses : client.sources)[family]}`
}

const nodeOf = (client: Client): string | undefined =>
  HOSTS.pods.find(({ name }) => name === client.name)?.node
