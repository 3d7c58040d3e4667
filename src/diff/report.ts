import pc from 'picocolors'
import { FAMILIES } from '../address/address.js'
import { STDIN } from '../diagnostics/diagnostic.js'
import type { TrafficDiff } from '../generated/reports.gen.js'
import { type FieldRequest, locateAll } from '../input/locate.js'
import type { ServicePort } from '../model/service-port.js'
import { githubData, githubProperties, markdownCell } from '../report/words.js'
import { type DiffTextView, FRAMES } from '../text/frames.js'
import type { Owner } from '../traffic/packet.js'
import { visible } from '../util/text.js'
import {
  CHANGE_KIND_NAMES,
  type Change,
  type ChangeKind,
  type ClientSet,
  countKinds,
  type Entry,
  type Group,
  ownerText,
  type State,
  type Target,
  type TrafficReport,
} from './traffic/report.js'
import type { Clusters } from './traffic/scope.js'

/** Where a service port stands in the input. */
export interface OwnerPosition {
  /** Absent for standard input. */
  readonly file?: string
  readonly line: number
}

/**
 * A difference in traffic as workflow commands of GitHub Actions: a warning at each service port with
 * a change that counts, a notice at each other.
 */
export function trafficGithub(
  report: TrafficReport,
  failOn: FailOn,
  positionOf: (owner: Owner) => OwnerPosition | undefined,
): string {
  const several = report.nodes.length > 1
  const commands = report.groups.map(group => {
    const changes = group.entries.flatMap(entry => entry.changes)
    const title = `Traffic of ${ownerWords(group)}`
    const at = group.owner && positionOf(group.owner)
    const lines = group.entries.flatMap(entry => entryLines(entry, several))
    return commandOf(
      changes.some(({ kind }) => failOn.has(kind)),
      title,
      lines,
      at,
    )
  })
  const nodes = nodeLines(report).map(line => commandOf(failOn.has('node'), 'Nodes', [line]))
  return FRAMES.diffGithub({ commands: [...commands, ...nodes] })
}

function commandOf(counts: boolean, title: string, lines: readonly string[], at?: OwnerPosition) {
  const properties = {
    ...(at?.file === undefined ? {} : { file: at.file, line: String(at.line) }),
    title,
  }
  return {
    level: counts ? ('warning' as const) : ('notice' as const),
    properties: githubProperties(properties),
    message: githubData(lines.map(visible).join('\n')),
  }
}

function entryLines(entry: Entry, several: boolean): readonly string[] {
  const nodes = several ? ` on ${nodesWords(entry.nodes)}` : ''
  return entry.changes.map(change => {
    const { from, to } = changeWords(change)
    const clients = clientsWords(change)
    const who = clients === '' ? '' : `${clients}: `
    return `${targetsWords(entry)}${nodes}: ${change.kind}: ${who}${from} -> ${to}`
  })
}

/** A difference in traffic as JSON; its shape is src/schema/diff-report.json. */
export function trafficResult(report: TrafficReport, failOn: FailOn): TrafficDiff {
  const counts = countKinds(report)
  return {
    apiVersion: 'kubenat.dev/v1',
    kind: 'TrafficDiff',
    nodes: {
      compared: [...report.nodes],
      added: [...report.addedNodes],
      removed: [...report.removedNodes],
    },
    summary: {
      differs: Object.keys(counts).length > 0,
      fails: isFailing(report, failOn),
      counts,
    },
    changes: report.groups.flatMap(({ owner, entries }) =>
      entries.map(({ nodes, targets, changes }) => ({
        ...(owner === undefined ? {} : { service: owner }),
        nodes,
        targets,
        changes,
      })),
    ),
  }
}

/** The same as text. */
export function trafficJson(report: TrafficReport, failOn: FailOn): string {
  // What cannot be seen is escaped, which in JSON is another spelling of the same text.
  const lines = JSON.stringify(trafficResult(report, failOn), undefined, 2).split('\n')
  return `${lines.map(visible).join('\n')}\n`
}

/** A difference in traffic as a Markdown table, for reviews: a row for each change. */
export function trafficMarkdown(report: TrafficReport): string {
  const hasNodes = report.nodes.length > 1
  const rows = report.groups.flatMap(group =>
    group.entries.flatMap(entry =>
      entry.changes.map(change => {
        const { from, to } = changeWords(change)
        return {
          service: markdownCell(ownerWords(group)),
          targets: markdownCell(targetsWords(entry)),
          kind: change.kind,
          clients: markdownCell(clientsWords(change)),
          from: markdownCell(from),
          to: markdownCell(to),
          ...(hasNodes ? { nodes: markdownCell(nodesWords(entry.nodes)) } : {}),
        }
      }),
    ),
  )
  const summary = summaryWords(report)
  return FRAMES.diffMarkdown({
    summary:
      summary === ''
        ? 'No difference in traffic.'
        : `Destinations by what changes in their traffic: ${summary}.`,
    hasRows: rows.length > 0,
    hasNodes,
    rows,
    nodes: nodeLines(report).map(markdownCell),
  })
}

type Paint = 'red' | 'yellow' | 'green' | 'cyan'
const PAINT: Readonly<Partial<Record<ChangeKind, Paint>>> = {
  new: 'green',
  lost: 'red',
  refused: 'red',
  dropped: 'red',
  exposed: 'red',
  served: 'green',
  restricted: 'yellow',
}
const WIDTH = Math.max(...CHANGE_KIND_NAMES.map(name => name.length))

/** A difference in traffic for people, by service port; nothing where nothing differs. */
export function trafficText(report: TrafficReport, options: { readonly color: boolean }): string {
  const colors = pc.createColors(options.color)
  const changeView = (
    change: Change,
  ): DiffTextView['groups'][number]['entries'][number]['changes'][number] => {
    const { from, to } = changeWords(change)
    const paint = colors[PAINT[change.kind] ?? 'cyan']
    const clients = clientsWords(change)
    const who = clients === '' ? '' : `${clients}: `
    return {
      kind: paint(change.kind.padEnd(WIDTH)),
      text: visible(`${who}${from} -> ${to}`),
    }
  }
  const several = report.nodes.length > 1
  const onNodes = ({ nodes }: Entry): string => (several ? ` on ${nodesWords(nodes)}` : '')
  const summary = summaryWords(report)
  return FRAMES.diffText({
    groups: report.groups.map(group => ({
      title: colors.bold(visible(ownerWords(group))),
      entries: group.entries.map(entry => ({
        targets: visible(`${targetsWords(entry)}${onNodes(entry)}`),
        changes: entry.changes.map(changeView),
      })),
    })),
    nodes: nodeLines(report).map(visible),
    ...(summary === '' ? {} : { summary: `destinations by change: ${summary}` }),
  })
}

/** What there is to say of nodes that are on one side alone. */
const nodeLines = ({ addedNodes, removedNodes }: TrafficReport): readonly string[] => [
  ...removedNodes.map(node => `node ${node} is in OLD alone`),
  ...addedNodes.map(node => `node ${node} is in NEW alone`),
]

/** Kinds of changes for which a diff fails, exit code 1. */
export type FailOn = ReadonlySet<ChangeKind>

/** Whether a change is of a kind that counts. */
export const isFailing = (report: TrafficReport, failOn: FailOn): boolean =>
  Object.keys(countKinds(report)).some(kind => failOn.has(kind as ChangeKind))

/** `exposed: 1, backends: 2`, the number of destinations with each; empty where nothing differs. */
const summaryWords = (report: TrafficReport): string =>
  Object.entries(countKinds(report))
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', ')

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
const ownerWords = ({ owner, entries }: Group): string => {
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
function targetWords(target: Target): string {
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

const targetsWords = ({ targets }: Entry): string => targets.map(targetWords).join(', ')

/** `worker-1`, `3 nodes (worker-1, worker-2, worker-3)`. */
const nodesWords = (nodes: readonly string[]): string =>
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
function clientsWords({ clients, to }: Change): string {
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
function changeWords({ kind, from, to }: Change): Sides {
  switch (kind) {
    case 'backends':
      return { from: countWords(from), to: `${countWords(to)}: ${backendChanges(from, to)}` }
    case 'shares':
      return { from: shareChanges(from, to), to: shareChanges(to, from) }
    case 'masquerade':
      return { from: masqueradeWords(from), to: masqueradeWords(to) }
    case 'affinity':
      return { from: affinityWords(from), to: affinityWords(to) }
    case 'hash':
      return { from: hashWords(from), to: `${hashWords(to)}: ${movedWords(to)}` }
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

const hashWords = ({ hash }: State): string =>
  hash === undefined || hash.by === 'none'
    ? 'by chance'
    : `by ${hash.by === 'other' ? 'another hash' : hash.by} in ${hash.buckets} buckets`

/** Without a share in common with what was, all clients are dealt out anew. */
function movedWords({ moved }: State): string {
  if (moved === undefined) return 'clients are dealt out anew'
  const [numerator = 0, denominator = 1] = moved.split('/').map(Number)
  return `${Math.round((numerator / denominator) * 1000) / 10} % of the clients move`
}

/** Everything that a state says. */
function stateWords(state: State): string {
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
    ...(state.hash === undefined ? [] : [hashWords(state)]),
  ]
  return [`${plural(backends.length, 'backend')} (${listed(shares)})`, ...words].join(', ')
}

/** Towards which backends the source is rewritten, if not all. */
function maskWords({ masqueraded, backends = [] }: State): string {
  if (masqueraded !== 'some') return 'masqueraded'
  const towards = backends.filter(one => one.masqueraded).map(({ address }) => address)
  return `masqueraded towards ${listed(towards)}`
}

/** Finds where the service ports of a report stand, in the newer input where they are in both. */
export function ownerPositions(
  { groups }: TrafficReport,
  { before, after }: Clusters,
): (owner: Owner) => OwnerPosition | undefined {
  const wanted = new Set(groups.flatMap(({ owner }) => (owner ? [ownerText(owner)] : [])))
  const requests = new Map<string, FieldRequest>()
  for (const { ports } of [after, before]) {
    for (const port of FAMILIES.flatMap(family => ports[family])) {
      for (const [name, request] of requestsFor(port)) {
        if (wanted.has(name) && !requests.has(name)) requests.set(name, request)
      }
    }
  }
  const positions = locateAll([...requests.values()])
  const found = new Map(
    [...requests].map(([name, { place }], index): [string, OwnerPosition] => {
      const file = place.source.name
      const line = positions[index]?.line ?? 1
      return [name, file === STDIN ? { line } : { file, line }]
    }),
  )
  return owner => found.get(ownerText(owner))
}

/** The port itself, and its Service as a whole. */
function requestsFor(port: ServicePort): readonly (readonly [string, FieldRequest])[] {
  const { namespace, name, portName, service, index } = port
  const { place } = service
  return [
    [ownerText({ namespace, name, portName }), { place, path: ['spec', 'ports', index] }],
    [ownerText({ namespace, name }), { place, path: [] }],
  ]
}
