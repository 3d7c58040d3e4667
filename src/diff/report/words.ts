import { ownerText } from '../traffic/fold.js'
import type { Change, ClientSet, Entry, Group, State, Target } from '../traffic/report.js'

/** Longest list of backends or sources in full; JSON has all. */
const MOST = 6

/** The first of a list, and how many more there are. */
function listed(texts: readonly string[], separator = ', '): string {
  const rest = texts.length - MOST
  return rest > 0
    ? `${texts.slice(0, MOST).join(separator)}${separator}and ${rest} more`
    : texts.join(separator)
}

const plural = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** The name of a group in words: `shop/web:https`. */
export const ownerWords = ({ owner, entries }: Group): string => {
  if (owner !== undefined) return ownerText(owner)
  const isOfNode = entries.some(({ targets }) => targets.some(isGuardOfNode))
  return isOfNode ? 'no Service' : 'unknown Service'
}

const isGuardOfNode = ({ type }: Target): boolean =>
  type === 'unallocated' || type === 'node-port-addresses'

const KINDS = {
  'cluster-ip': 'ClusterIP ',
  'external-ip': 'external IP ',
  'load-balancer-ip': 'load balancer ',
  address: '',
} as const

/** A target in words: `ClusterIP 10.96.0.1:443/tcp`. */
export function targetWords(target: Target): string {
  switch (target.type) {
    case 'node-port':
      return `${target.family} node port ${target.port}/${target.protocol}`
    case 'other-ports':
      return `other ports of ${target.address}`
    case 'unallocated':
      return `addresses of ${listed(target.cidrs)}${butWords(target.except)} that no Service has`
    case 'node-port-addresses':
      return `${target.family} addresses that serve node ports`
    default: {
      const ip = target.family === 'IPv6' ? `[${target.address}]` : target.address
      return `${KINDS[target.type]}${ip}:${target.port}/${target.protocol}`
    }
  }
}

export const targetsWords = ({ targets }: Entry): string => targets.map(targetWords).join(', ')

/** `worker-1`, `3 nodes (worker-1, worker-2, worker-3)`. */
export const nodesWords = (nodes: readonly string[]): string =>
  nodes.length === 1 ? (nodes[0] ?? '') : `${plural(nodes.length, 'node')} (${listed(nodes)})`

const butWords = (except: readonly string[] | undefined): string =>
  except ? ` but ${listed(except)}` : ''

const CLASSES = {
  pods: 'pods',
  node: 'the node',
  outside: 'outside',
  others: 'pods and outside',
} as const

/** Who sees a change: `everybody`, `pods, outside except 192.0.2.0/24`. */
export function clientsWords({ clients, to }: Change): string {
  if (to.toItself) return `${listed(backendsOf(to))} to itself`
  const isWhole = clients.every(one => !one.only && !one.except && !one.interface)
  const has = (name: ClientSet['class']): boolean => clients.some(one => one.class === name)
  const isAll = has('node') && (has('others') || (has('pods') && has('outside')))
  if (isWhole && isAll) return 'everybody'
  return clients.map(setWords).join(', ')
}

function setWords(set: ClientSet): string {
  const via = set.interface ? ` by ${set.interface}` : ''
  const name = `${CLASSES[set.class]}${via}`
  const from = set.only ? ` from ${listed(set.only)}` : ''
  return `${name}${from}${butWords(set.except)}`
}

/** Both sides of a change in words. */
export interface Sides {
  readonly from: string
  readonly to: string
}

/** What a change is from and to, in words that show the difference first. */
export function changeWords({ kind, from, to }: Change): Sides {
  switch (kind) {
    case 'backends':
      return { from: countWords(from), to: `${countWords(to)}: ${backendChanges(from, to)}` }
    case 'shares':
      return { from: shareChanges(from, to), to: shareChanges(to, from) }
    case 'masquerade':
      return { from: masqueradeWords(from), to: masqueradeWords(to) }
    case 'affinity':
      return { from: affinityWords(from), to: affinityWords(to) }
    default:
      return { from: stateWords(from), to: stateWords(to) }
  }
}

const backendsOf = ({ backends = [] }: State): readonly string[] =>
  backends.map(({ address }) => address)

const countWords = (state: State): string =>
  [plural(backendsOf(state).length, 'backend'), ...otherwiseWords(state)].join(', ')

const otherwiseWords = ({ otherwise = [] }: State): readonly string[] =>
  otherwise.map(({ verdict, share }) => `${share} ${verdict}`)

function backendChanges(from: State, to: State): string {
  const [old, wanted] = [backendsOf(from), backendsOf(to)]
  const added = (to.backends ?? []).filter(({ address }) => !old.includes(address))
  const removed = old.filter(address => !wanted.includes(address))
  const words = [
    ...added.map(({ address, share }) => `+${address}${share === '1' ? '' : ` (${share})`}`),
    ...removed.map(address => `-${address}`),
  ]
  return words.length > 0 ? listed(words) : 'the same with other shares'
}

/** The shares of one side that the other has not. */
function shareChanges(state: State, other: State): string {
  const known = new Map((other.backends ?? []).map(({ address, share }) => [address, share]))
  const changed = (state.backends ?? []).filter(
    ({ address, share }) => known.get(address) !== share,
  )
  return listed([
    ...changed.map(({ address, share }) => `${address} ${share}`),
    ...otherwiseWords(state),
  ])
}

const masqueradeWords = (state: State): string =>
  state.masqueraded === 'none' ? 'own address kept' : maskWords(state)

const affinityWords = ({ affinitySeconds = 0 }: State): string =>
  affinitySeconds === 0 ? 'no affinity' : `affinity of ${affinitySeconds} s`

/** Everything that a state says. */
export function stateWords(state: State): string {
  const { verdict, backends = [], masqueraded, affinitySeconds, addresses } = state
  if (addresses !== undefined) return addresses.length > 0 ? listed(addresses) : 'none'
  if (verdict !== 'backends') return verdict ?? ''
  const shares = backends.map(({ address, share }) =>
    backends.length > 1 || share !== '1' ? `${address} ${share}` : address,
  )
  const words = [
    ...otherwiseWords(state),
    ...(masqueraded === 'none' || masqueraded === undefined ? [] : [maskWords(state)]),
    ...(affinitySeconds === undefined ? [] : [affinityWords(state)]),
  ]
  return [`${plural(backends.length, 'backend')} (${listed(shares)})`, ...words].join(', ')
}

/** Towards which backends the source is rewritten, if not all. */
function maskWords({ masqueraded, backends = [] }: State): string {
  if (masqueraded !== 'some') return 'masqueraded'
  const towards = backends.filter(one => one.masqueraded).map(({ address }) => address)
  return `masqueraded towards ${listed(towards)}`
}
