import type { Family, Ip } from '../../address/address.js'
import { lowerKubeProxy } from '../../layouts/kube-proxy/index.js'
import { lowerMaps } from '../../layouts/maps/index.js'
import type { Cluster } from '../../model/cluster.js'
import type { Endpoint } from '../../model/endpoint.js'
import type { ServicePort } from '../../model/service-port.js'
import type { Plan } from '../../plan/plan.js'
import { chainOf, refsOf } from '../../rules/check.js'
import type { Chain, MapElement, Table } from '../../rules/table.js'
import type { Claim } from '../../traffic/packet.js'
import { deepEqual } from '../../util/collections.js'
import { diffTables, type TableDiff } from '../rules/diff.js'
import type { Scope } from './compare.js'
import type { CompiledWorld } from './compiled.js'

/** Both sides of a comparison. */
export interface Clusters {
  readonly before: Cluster
  readonly after: Cluster
}

/**
 * The clusters with those service ports alone that may differ in traffic on a node which is the same
 * on both sides: changed ones, and all that share an address, an endpoint or a node port with them.
 * Plans of ten thousand services for each of many nodes are what this spares.
 */
export function changedPorts(clusters: Clusters): Clusters {
  const { before, after } = clusters
  const scoped = (family: Family): Readonly<Record<'before' | 'after', readonly ServicePort[]>> => {
    const [old, wanted] = [before.ports[family], after.ports[family]]
    const isRelated = relationTo(changed(old, wanted))
    return { before: old.filter(isRelated), after: wanted.filter(isRelated) }
  }
  const [v4, v6] = [scoped('IPv4'), scoped('IPv6')]
  const sideOf = (side: 'before' | 'after'): Cluster => ({
    ...clusters[side],
    ports: { IPv4: v4[side], IPv6: v6[side] },
  })
  return { before: sideOf('before'), after: sideOf('after') }
}

const keyOf = ({ namespace, name, portName, protocol }: ServicePort): string =>
  `${namespace}/${name}:${portName} ${protocol}`

/** Service ports of either side that the other has not or has otherwise. */
function changed(old: readonly ServicePort[], wanted: readonly ServicePort[]): ServicePort[] {
  const left = new Map(old.map(port => [keyOf(port), port]))
  const found: ServicePort[] = []
  for (const port of wanted) {
    const key = keyOf(port)
    const earlier = left.get(key)
    left.delete(key)
    if (earlier === undefined) found.push(port)
    else if (!samePort(earlier, port)) found.push(earlier, port)
  }
  return [...found, ...left.values()]
}

function samePort(a: ServicePort, b: ServicePort): boolean {
  return (
    a.port === b.port &&
    a.nodePort === b.nodePort &&
    a.clusterIP === b.clusterIP &&
    a.internalPolicy === b.internalPolicy &&
    a.externalPolicy === b.externalPolicy &&
    a.affinitySeconds === b.affinitySeconds &&
    deepEqual(a.hash, b.hash) &&
    sameTexts(a.externalIPs, b.externalIPs) &&
    sameTexts(a.loadBalancerIPs, b.loadBalancerIPs) &&
    sameTexts(a.sourceRanges, b.sourceRanges) &&
    a.endpoints.length === b.endpoints.length &&
    a.endpoints.every((one, index) => sameEndpoint(one, b.endpoints[index]))
  )
}

const sameTexts = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((one, index) => one === b[index])

const sameEndpoint = (a: Endpoint, b: Endpoint | undefined): boolean =>
  b !== undefined &&
  a.id === b.id &&
  a.ready === b.ready &&
  a.serving === b.serving &&
  a.terminating === b.terminating &&
  a.nodeName === b.nodeName &&
  a.weight === b.weight &&
  sameTexts(a.zoneHints, b.zoneHints) &&
  sameTexts(a.nodeHints, b.nodeHints)

/** A test whether the traffic of a port may have to do with that of others. */
function relationTo(ports: readonly ServicePort[]): (port: ServicePort) => boolean {
  if (ports.length === 0) return () => false
  const addresses = new Set<string>()
  const numbers = new Set<number>()
  for (const port of ports) {
    for (const ip of addressesOf(port)) addresses.add(ip)
    numbers.add(port.port)
    if (port.nodePort !== undefined) numbers.add(port.nodePort)
    for (const endpoint of port.endpoints) {
      addresses.add(endpoint.ip)
      numbers.add(endpoint.port)
    }
  }
  const nodePorts = new Set(ports.flatMap(({ nodePort }) => nodePort ?? []))
  return port =>
    addressesOf(port).some(ip => addresses.has(ip)) ||
    (port.nodePort !== undefined && numbers.has(port.nodePort)) ||
    (nodePorts.has(port.port) && port.externalIPs.length + port.loadBalancerIPs.length > 0) ||
    port.endpoints.some(one => addresses.has(one.ip) || nodePorts.has(one.port))
}

const addressesOf = ({
  clusterIP,
  externalIPs,
  loadBalancerIPs,
}: ServicePort): readonly string[] =>
  clusterIP === undefined
    ? [...externalIPs, ...loadBalancerIPs]
    : [clusterIP, ...externalIPs, ...loadBalancerIPs]

/**
 * Which traffic a loaded table may treat otherwise than a plan: that which comes to something in which
 * the table differs from the one that we would load. Walking all packets through the rules of ten
 * thousand services takes many times as long as this.
 *
 * Tables of other programs differ in much more than in traffic: then everything is to be looked at.
 */
export function liveScope(live: Table, plan: Plan, wanted: CompiledWorld): Scope | undefined {
  const made = likeTable(live, plan)
  const touched = touchedBy(diffTables(live, made))
  const sides = [live, made].map(table => sideOf(table, touched))
  const isOwn = (ip: Ip): boolean => wanted.own.includes(ip)
  if (touched.isOpen || [...touched.addresses].some(ip => isOwn(ip as Ip))) return undefined
  if (sides.some(({ isBaseTouched }) => isBaseTouched)) return undefined

  const hasTouchedBackend = (claim: Claim): boolean =>
    wanted
      .backendsOf(claim)
      .some(ip => touched.addresses.has(ip) || (touched.ports.size > 0 && isOwn(ip)))
  return {
    claim: claim => {
      const { at, port } = claim.destination
      if (at === 'node' ? touched.ports.has(port) : touched.addresses.has(at)) return true
      if (at !== 'node' && isOwn(at) && touched.ports.has(port)) return true
      return sides.some(({ leadsToTouched }) => leadsToTouched(claim)) || hasTouchedBackend(claim)
    },
    address: ip => touched.addresses.has(ip),
  }
}

/** Our own table in the manner of another one, so that as little as may be differs. */
function likeTable({ maps, endpointMaps }: Table, plan: Plan): Table {
  const settings = {
    counters: maps.some(map => map.counters),
    comments: endpointMaps.some(({ elements }) => elements.some(one => one.comment !== undefined)),
  }
  return endpointMaps.length > 0 ? lowerMaps(plan, settings) : lowerKubeProxy(plan, settings)
}

/** What two tables differ in, by what packets come to it with. */
interface Touched {
  readonly chains: ReadonlySet<string>
  readonly sets: ReadonlySet<string>
  readonly addresses: ReadonlySet<string>
  readonly ports: ReadonlySet<number>
  /** Whether an element differs that says neither. */
  readonly isOpen: boolean
}

function touchedBy({ chains, sets, elements }: TableDiff): Touched {
  const names = (list: readonly { readonly name: string }[]): string[] =>
    list.map(({ name }) => name)
  const keys = elements.flatMap(({ elements: { added, removed, changed } }) =>
    [...added, ...removed, ...changed.map(({ after }) => after)].map(({ key }) => key),
  )
  const addressed = keys.filter(([first = '']) => ADDRESS.test(first))
  const others = keys.filter(([first = '']) => !ADDRESS.test(first))
  const ports = others.flatMap(portOf)
  return {
    chains: new Set([
      ...names([...chains.added, ...chains.removed]),
      ...names(chains.changed.map(({ after }) => after)),
    ]),
    sets: new Set([
      ...names([...sets.added, ...sets.removed]),
      ...names(sets.changed.map(({ after }) => after)),
    ]),
    addresses: new Set(addressed.flatMap(([first]) => first ?? [])),
    ports: new Set(ports),
    isOpen: ports.length < others.length,
  }
}

const ADDRESS = /^[\d.]+\.[\d.]+$|:/

/** The port of a key of node ports: behind the protocol, or first of all. */
function portOf([first = '', second = '']: readonly string[]): number[] {
  if (/^\d+$/.test(first)) return [Number(first)]
  return /^\d+$/.test(second) && /^(?:tcp|udp|sctp)$/.test(first) ? [Number(second)] : []
}

/** One of the tables, asked where it leads. */
interface Side {
  readonly isBaseTouched: boolean
  readonly leadsToTouched: (claim: Claim) => boolean
}

function sideOf(table: Table, touched: Touched): Side {
  const chains = new Map(table.chains.map(chain => [chain.name, chain]))
  const known = new Map<string, boolean>()
  const isTouched = (name: string): boolean => {
    const answer = known.get(name)
    if (answer !== undefined) return answer
    // Rules lead to no chain that leads back to them.
    const chain = chains.get(name)
    const found = touched.chains.has(name) || (chain !== undefined && refersToTouched(chain))
    known.set(name, found)
    return found
  }
  const refersToTouched = ({ rules }: Chain): boolean =>
    rules.some(rule => {
      const refs = refsOf(rule)
      return refs.sets.some(set => touched.sets.has(set)) || refs.chains.some(isTouched)
    })
  const targets = new Map<string, string[]>()
  for (const { elements } of table.maps) {
    for (const element of elements) addTarget(targets, element)
  }
  return {
    isBaseTouched: table.chains.some(({ base, name }) => base !== undefined && isTouched(name)),
    leadsToTouched: ({ destination: { at, protocol, port } }) => {
      const key = at === 'node' ? `${protocol} ${port}` : `${at} ${protocol} ${port}`
      return (targets.get(key) ?? []).some(isTouched)
    },
  }
}

function addTarget(targets: Map<string, string[]>, { key, verdict }: MapElement): void {
  const chain = chainOf(verdict)
  if (chain === undefined) return
  const text = key.join(' ')
  const known = targets.get(text)
  if (known) known.push(chain)
  else targets.set(text, [chain])
}
