import { type Family, FAMILIES as IP_FAMILIES } from '../../src/address/address.js'
import { type CompileResult, compile } from '../../src/compile.js'
import type { LayoutName } from '../../src/options/modes.js'
import type { Outcome } from '../../src/verify/lab/agent.js'
import { startAgent } from '../../src/verify/lab/agents.js'
import { ip, type Lab, setSysctls } from '../../src/verify/lab/lab.js'
import { buildCluster } from './cluster.js'
import { EMPTY, type Iptables, restoreIn } from './iptables.js'
import { loadRules, type NftBinary } from './nft.js'
import { FAMILIES, frontendOf, HOSTS, OPTIONS, POD_PORT, shopObjects } from './shop.js'

/** One connection or datagram, from a fresh source port. */
export interface Probe {
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  /** Source address, where the routing's own choice will not do. */
  readonly from?: string
  /** Milliseconds of silence that count as dropped. */
  readonly patience: number
}

/** The shop's cluster, built and serving; worker-1 has no rules until some are loaded. */
export interface World {
  /** Puts the shop's rules in the place of those before; what is on record of clients is lost. */
  readonly load: (nft: NftBinary, layout: LayoutName) => Promise<void>
  /** The same with rules for iptables, and localhost open to them. */
  readonly loadIptables: (iptables: Iptables) => Promise<void>
  readonly probe: (client: string, probe: Probe) => Promise<Outcome>
}

// An address of the node that no other host has a route to, as a load balancer's often is: what comes
// from it is answered only if it is masqueraded.
export const NODE_EXTRA = ['172.31.0.1', '2001:db8:31::1'] as const

// Addresses that no Service has. Behind the node stands a host that would refuse what the node let
// through, so that silence means dropped.
const NOBODY = (['ClusterIP', 'external IP'] as const).flatMap(frontend =>
  FAMILIES.map(family => ({ family, address: frontendOf('nobody', frontend, family).address })),
)

/** Builds the world in a lab; closing the lab ends it. */
export async function openWorld(lab: Lab): Promise<World> {
  const namespaces = await buildCluster(lab, HOSTS)
  const inhabited = [HOSTS.nodes[0], HOSTS.outside, ...HOSTS.pods].map(({ name }) => name)
  const at = <T>(map: ReadonlyMap<string, T>, name: string): T => {
    const found = map.get(name)
    if (found === undefined) throw new Error(`no host ${name}`)
    return found
  }
  const agents = new Map(inhabited.map(name => [name, startAgent(lab, at(namespaces, name))]))
  const [{ name: nodeName }, beyond] = HOSTS.nodes
  const node = at(namespaces, nodeName)
  const servers = HOSTS.pods.map(({ name, addresses }) =>
    at(agents, name).serve(
      addresses.flatMap(ip =>
        (['tcp', 'udp'] as const).map(protocol => ({ ip, protocol, port: POD_PORT })),
      ),
    ),
  )
  await Promise.all([
    ...servers,
    ip(node, ...NODE_EXTRA.map(address => `address add ${address} dev eth0`)),
    ip(
      node,
      ...NOBODY.map(
        ({ family, address }) => `route add ${address} via ${beyond.addresses[family]}`,
      ),
    ),
    ip(
      at(namespaces, beyond.name),
      ...NOBODY.map(({ address }) => `address add ${address} dev lo`),
    ),
    // So that a probe can come from any address of the networks routed to this host.
    setSysctls(at(namespaces, HOSTS.outside.name), ['net/ipv6/ip_nonlocal_bind=1']),
  ])
  let last: NftBinary | undefined
  let lastIptables: Iptables | undefined
  return {
    load: async (nft, layout) => {
      // An older nft crashes on the tables that a newer one has written (kubernetes#136786).
      if (last) await loadRules(last, node, 'flush ruleset')
      last = nft
      await loadRules(nft, node, compileShop(layout).rules)
    },
    loadIptables: async iptables => {
      await setSysctls(node, ['net/ipv4/conf/all/route_localnet=1'])
      for (const family of IP_FAMILIES) {
        if (lastIptables) await restoreIn(node, lastIptables, family, EMPTY)
        await restoreIn(node, iptables, family, compileIptables(family))
      }
      lastIptables = iptables
    },
    probe: async (client, { protocol, address, port, ...how }) => {
      const to = { protocol, port, ip: address }
      const [outcome] = await at(agents, client).probe({ to, times: 1, ...how })
      if (outcome === undefined) throw new Error(`${client}: no outcome`)
      return outcome
    },
  }
}

/** Name of the pod that answered. */
export const answererOf = ({ at }: Extract<Outcome, { kind: 'answer' }>): string =>
  HOSTS.pods.find(({ addresses }) => addresses.includes(at.ip))?.name ?? at.ip

/** An outcome in words: `web-1 sees 10.0.0.1`, `refused`, `silence`. */
export const describeOutcome = (outcome: Outcome): string =>
  outcome.kind === 'answer' ? `${answererOf(outcome)} sees ${outcome.source}` : outcome.kind

/** The shop's rules for worker-1, for iptables, with the jumps to them. */
function compileIptables(family: Family): string {
  const options = { 'proxy-mode': 'iptables', 'ip-family': family.toLowerCase(), form: 'full' }
  const { rules = '' } = compile([{ name: 'shop.json', text: shopObjects() }], {
    ...OPTIONS,
    ...options,
  })
  return rules
}

/** The shop's rules for worker-1. */
export function compileShop(layout: LayoutName): Pick<CompileResult, 'tables'> & { rules: string } {
  const source = { name: 'shop.json', text: shopObjects() }
  const { rules, tables, diagnostics } = compile([source], { ...OPTIONS, layout })
  if (rules !== undefined) return { rules, tables }
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'))
}
