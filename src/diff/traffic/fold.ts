import type { Owner } from '../../traffic/packet.js'
import { compareText, groupBy } from '../../util/collections.js'
import { CHANGE_KIND_NAMES, type ChangeKind } from './kinds.js'
import type { Entry, Group, Item, Target, TrafficReport } from './report.js'

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
