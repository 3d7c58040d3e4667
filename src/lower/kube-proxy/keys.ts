import type { L4Protocol } from '../../ir/match.js'
import type { KeyType } from '../../ir/table.js'
import type { Protocol } from '../../model/labels.js'
import type { Frontend } from '../../plan/frontends.js'
import type { NamedPort } from './context.js'

/** Key types of the maps over service destinations and over node ports. */
export const DESTINATION_TYPES: readonly KeyType[] = ['address', 'protocol', 'port']
export const NODE_PORT_TYPES: readonly KeyType[] = ['protocol', 'port']

export const l4 = (protocol: Protocol): L4Protocol => protocol.toLowerCase() as L4Protocol

/** A frontend's key in the maps: address, protocol and port, or for node ports the latter two. */
export function frontendKey({ port }: NamedPort, frontend: Frontend): readonly string[] {
  const key = [l4(port.protocol), String(frontend.port)]
  return frontend.ip === undefined ? key : [frontend.ip, ...key]
}

/** A frontend together with the port it belongs to. */
export interface NamedFrontend {
  readonly named: NamedPort
  readonly frontend: Frontend
}

/** All frontends, apart as the maps are: those with an address, and node ports. */
export function splitFrontends(ports: readonly NamedPort[]): {
  readonly addressed: readonly NamedFrontend[]
  readonly nodePorts: readonly NamedFrontend[]
} {
  const all = ports.flatMap(named => named.frontends.map(frontend => ({ named, frontend })))
  return {
    addressed: all.filter(({ frontend }) => frontend.kind !== 'node-port'),
    nodePorts: all.filter(({ frontend }) => frontend.kind === 'node-port'),
  }
}

/** Elements without those whose key an earlier one has: a set holds a key once. */
export function firstByKey<T extends { readonly key: readonly string[] }>(
  elements: readonly T[],
): T[] {
  const byKey = new Map<string, T>()
  for (const element of elements) {
    const key = element.key.join(' ')
    if (!byKey.has(key)) byKey.set(key, element)
  }
  return [...byKey.values()]
}
