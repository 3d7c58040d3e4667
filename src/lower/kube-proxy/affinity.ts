import { rule } from '../../ir/build.js'
import type { Chain, ElementSet, Fragment } from '../../ir/table.js'
import type { Endpoint } from '../../model/endpoint.js'
import { type Context, hasAffinity, type NamedPort, namesOf, originOf } from './context.js'
import { l4 } from './keys.js'

/**
 * ClientIP affinity: each endpoint has a chain, and a set of the clients bound to it that empties by
 * time. The chain puts the client on record, or renews it, just before DNAT.
 */
export function affinity({ ports }: Context): Fragment {
  const bound = ports
    .filter(hasAffinity)
    .flatMap(named => named.reachable.map(endpoint => ({ named, endpoint })))
  return {
    sets: bound.map(affinitySet),
    chains: bound.map(endpointChain),
  }
}

interface BoundEndpoint {
  readonly named: NamedPort
  readonly endpoint: Endpoint
}

function affinitySet({ named, endpoint }: BoundEndpoint): ElementSet {
  const { affinitySet: name } = namesOf(named, endpoint)
  const timeout = named.port.affinitySeconds
  const origin = originOf('affinity', named)
  return {
    name,
    key: ['address'],
    ...(timeout === undefined ? {} : { timeout }),
    elements: [],
    origin,
  }
}

function endpointChain({ named, endpoint }: BoundEndpoint): Chain {
  const { chain, affinitySet } = namesOf(named, endpoint)
  const { ip, port } = endpoint
  const record = rule(
    [],
    { kind: 'update-set', key: ['saddr'], set: affinitySet },
    originOf('affinity', named),
  )
  const dnat = rule(
    [{ kind: 'protocol', protocol: l4(named.port.protocol) }],
    { kind: 'dnat', to: { ip, port } },
    originOf('endpoints', named),
  )
  return { name: chain, rules: [record, dnat], origin: originOf('endpoints', named) }
}
