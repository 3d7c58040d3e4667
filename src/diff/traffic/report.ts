import type { Cidr, Family, Ip } from '../../address/address.js'
import { coverOf, type Stretch, stretchOf, withoutContained } from '../../address/ranges.js'
import type { DiffBackend, DiffState } from '../../generated/reports.gen.js'
import type { L4Protocol } from '../../rules/match.js'
import type { Owner } from '../../traffic/packet.js'
import { compareText, groupBy } from '../../util/collections.js'
import { type ClientClass, EVERYTHING, type Region, type Source } from './clients.js'

/** Clients that see a change alike, of one class. */
export interface ClientSet {
  readonly class: ClientClass
  /** Sources that see it; absent where all of the class do. */
  readonly only?: readonly string[]
  /** Sources, of the class or of `only`, that do not see it. */
  readonly except?: readonly string[]
  /** Where clients of the class by another interface do not see it. */
  readonly interface?: string
}

/** What traffic came or comes to, as far as a change is about it. */
export type State = DiffState

/** One of the backends of a state, `ip:port`, with its share of new flows. */
export type BackendShare = DiffBackend

/** One difference for some clients. */
export interface Change {
  readonly kind: ChangeKind
  readonly clients: readonly ClientSet[]
  readonly from: State
  readonly to: State
}

/** Where a change is seen. */
export type Target =
  | {
      readonly type: 'cluster-ip' | 'external-ip' | 'load-balancer-ip' | 'address'
      readonly family: Family
      readonly address: Ip
      readonly protocol: L4Protocol
      readonly port: number
    }
  | {
      readonly type: 'node-port'
      readonly family: Family
      readonly protocol: L4Protocol
      readonly port: number
    }
  /** Every other port and protocol of an address. */
  | { readonly type: 'other-ports'; readonly family: Family; readonly address: Ip }
  /** Addresses that nobody has. */
  | {
      readonly type: 'unallocated'
      readonly family: Family
      readonly cidrs: readonly (Cidr | Ip)[]
      readonly except?: readonly (Cidr | Ip)[]
    }
  /** Which of the node's own addresses serve node ports. */
  | { readonly type: 'node-port-addresses'; readonly family: Family }

/** A target with its changes on one node. */
export interface Item {
  /** Absent for what belongs to no Service, or to one that nobody names. */
  readonly owner: Owner | undefined
  readonly target: Target
  readonly changes: readonly Change[]
}

/** Targets with equal changes on some nodes. */
export interface Entry {
  readonly nodes: readonly string[]
  readonly targets: readonly Target[]
  readonly changes: readonly Change[]
}

/** The changes of one service port. */
export interface Group {
  readonly owner: Owner | undefined
  readonly entries: readonly Entry[]
}

/** What a change of objects, or what drift, does to traffic. */
export interface TrafficReport {
  /** On both sides. */
  readonly nodes: readonly string[]
  readonly addedNodes: readonly string[]
  readonly removedNodes: readonly string[]
  readonly groups: readonly Group[]
}

/** The items of one node. */
export interface NodeItems {
  readonly node: string
  readonly items: readonly Item[]
}

/** `namespace/name:port`, as kube-proxy names service ports. */
export const ownerText = ({ namespace, name, portName }: Owner): string =>
  portName ? `${namespace}/${name}:${portName}` : `${namespace}/${name}`

/**
 * The items of all nodes by service port: equal changes on several nodes, and of several targets, are
 * one entry. The order depends on nothing but what is said.
 */
export function foldNodes(nodes: readonly NodeItems[]): readonly Group[] {
  const flat = nodes.flatMap(({ node, items }) => items.map(item => ({ node, item })))
  const owners = groupBy(flat, ({ item }) => (item.owner ? ownerText(item.owner) : ''))
  return [...owners]
    .sort(([a], [b]) => Number(a === '') - Number(b === '') || compareText(a, b))
    .map(([, ofOwner]) => ({
      owner: ofOwner[0]?.item.owner,
      entries: entriesOf(ofOwner),
    }))
}

function entriesOf(flat: readonly { readonly node: string; readonly item: Item }[]): Entry[] {
  const onNodes = [...groupBy(flat, ({ item }) => JSON.stringify([item.target, item.changes]))]
  const items = onNodes.flatMap(([, same]) => {
    const [first] = same
    const names = same.map(({ node }) => node)
    return first ? { nodes: names, target: first.item.target, changes: first.item.changes } : []
  })
  const alike = groupBy(items, ({ nodes, changes }) => JSON.stringify([nodes, changes]))
  return [...alike.values()]
    .flatMap(group => {
      const [first] = group
      if (first === undefined) return []
      const targets = group.map(({ target }) => target).sort(compareTargets)
      return { nodes: first.nodes, targets, changes: first.changes }
    })
    .sort(compareEntries)
}

const TYPES: readonly Target['type'][] = [
  'cluster-ip',
  'external-ip',
  'load-balancer-ip',
  'address',
  'node-port',
  'other-ports',
  'unallocated',
  'node-port-addresses',
]

const compareTargets = (a: Target, b: Target): number =>
  compareText(a.family, b.family) ||
  TYPES.indexOf(a.type) - TYPES.indexOf(b.type) ||
  compareText(addressText(a), addressText(b)) ||
  portOf(a) - portOf(b) ||
  compareText(JSON.stringify(a), JSON.stringify(b))

const addressText = (target: Target): string => ('address' in target ? target.address : '')
const portOf = (target: Target): number => ('port' in target ? target.port : 0)

const compareEntries = (a: Entry, b: Entry): number => {
  const [one, other] = [a.targets[0], b.targets[0]]
  return (
    (one && other ? compareTargets(one, other) : 0) ||
    compareText(JSON.stringify(a.nodes), JSON.stringify(b.nodes))
  )
}

/** How many targets each kind of change is seen at; one on several nodes counts once. */
export function countKinds(report: TrafficReport): Readonly<Partial<Record<ChangeKind, number>>> {
  const counts = new Map<ChangeKind, number>()
  const add = (kind: ChangeKind, times: number): void => {
    if (times > 0) counts.set(kind, (counts.get(kind) ?? 0) + times)
  }
  for (const { entries } of report.groups) {
    for (const { targets, changes } of entries) {
      for (const kind of new Set(changes.map(one => one.kind))) add(kind, targets.length)
    }
  }
  add('node', report.addedNodes.length + report.removedNodes.length)
  const inOrder = CHANGE_KIND_NAMES.flatMap(kind => {
    const count = counts.get(kind)
    return count === undefined ? [] : [[kind, count] as const]
  })
  return Object.fromEntries(inOrder)
}

/** Addresses as CIDRs and what is to be left out of them; without CIDRs, of all addresses. */
export interface FewWords {
  readonly only?: readonly Source[]
  readonly except?: readonly Source[]
}

/** Names regions by the fewest CIDRs, be it wide ones with exceptions; other regions may be left over. */
export function inFewWords(
  inside: readonly Region[],
  outside: readonly Region[],
  family: Family,
): FewWords {
  const stretches = (regions: readonly Region[]): readonly Stretch[] =>
    regions.flatMap(region => region.stretches)
  const exact = coverOf(family, stretches(inside))
  const wide = withoutContained(inside.map(({ source }) => source))
  const hulls = wide.map(stretchOf)
  const isWithin = ({ first }: Stretch): boolean =>
    hulls.some(hull => hull.first <= first && first <= hull.last)
  const except = coverOf(family, stretches(outside).filter(isWithin))
  if (exact.length <= wide.length + except.length) return { only: exact }
  const isAll = wide.includes(EVERYTHING[family])
  return {
    ...(isAll ? {} : { only: wide }),
    ...(except.length > 0 ? { except } : {}),
  }
}

/** What can happen to traffic, each by the name that --fail-on takes. */
export const CHANGE_KINDS = {
  new: 'a destination that did not exist',
  lost: 'a destination that exists no more',
  refused: 'clients that are refused now: no endpoints',
  dropped: 'clients whose packets are dropped now: no local endpoint',
  served: 'clients that were refused or dropped and reach backends now',
  exposed: 'sources that are let in now: source ranges, addresses of node ports',
  restricted: 'sources that are kept out now',
  backends: 'other backends',
  shares: 'the same backends, with other shares of new flows',
  masquerade: 'clients whose address backends see no more, or again',
  affinity: 'another session affinity',
  hash: 'clients that a hash of them (kubenat.dev/hash) sends to another backend',
  guard:
    'traffic to no destination: other ports of a ClusterIP, addresses of a service CIDR that nobody has',
  node: 'a node that is on one side alone (--all-nodes)',
} as const satisfies Record<string, string>

export type ChangeKind = keyof typeof CHANGE_KINDS
export const CHANGE_KIND_NAMES = Object.keys(CHANGE_KINDS) as ChangeKind[]
