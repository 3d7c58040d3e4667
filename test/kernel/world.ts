import { compile } from '../../src/compile.js'
import { startAgent } from './agents.js'
import { buildCluster } from './cluster.js'
import { ip, type Lab, setSysctls } from './netns.js'
import { loadRules, type NftBinary } from './nft.js'
import type { Outcome, Probe } from './probe.js'
import { FAMILIES, frontendOf, HOSTS, OPTIONS, POD_PORT, shopObjects } from './shop.js'

/** The shop's cluster, built, serving, with the compiled rules loaded into worker-1. */
export interface World {
  readonly probe: (client: string, probe: Probe) => Promise<Outcome>
}

// An address of the node that no other host has a route to, as a load balancer's often is: what comes
// from it is answered only if it is masqueraded.
export const NODE_EXTRA = ['172.31.0.1', '2001:db8:31::1'] as const

// A ClusterIP that no Service has. Behind the node stands a host that would refuse what the node let
// through, so that silence means dropped.
const NOBODY = FAMILIES.map(family => frontendOf('nobody', 'ClusterIP', family).address)

/** Builds the world in a lab; closing the lab ends it. */
export async function openWorld(lab: Lab, nft: NftBinary): Promise<World> {
  const rules = compiledRules()
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
  const servers = HOSTS.pods.flatMap(({ name }) =>
    (['tcp', 'udp'] as const).map(protocol =>
      at(agents, name).serve({ name, protocol, port: POD_PORT }),
    ),
  )
  await Promise.all([
    ...servers,
    loadRules(nft, node, rules),
    ip(node, ...NODE_EXTRA.map(address => `address add ${address} dev eth0`)),
    ip(
      node,
      ...FAMILIES.map(family => `route add ${NOBODY[family]} via ${beyond.addresses[family]}`),
    ),
    ip(at(namespaces, beyond.name), ...NOBODY.map(address => `address add ${address} dev lo`)),
    // So that a probe can come from any address of the networks routed to this host.
    setSysctls(at(namespaces, HOSTS.outside.name), ['net/ipv6/ip_nonlocal_bind=1']),
  ])
  return { probe: (client, probe) => at(agents, client).probe(probe) }
}

function compiledRules(): string {
  const source = { name: 'shop.json', text: shopObjects() }
  const { rules, diagnostics } = compile([source], OPTIONS)
  if (rules !== undefined) return rules
  throw new Error(diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n'))
}
