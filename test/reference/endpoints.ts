import type { Packet } from '../../src/traffic/packet.js'
import { bucketOf, lookupTable, sizeFor, type Weighed } from './hash.js'
import { canonical, type Objects, type Port, type Service } from './objects.js'

/** An endpoint with its share of the flows to a list: `weight` of `total`. */
export interface Choice {
  readonly ip: string
  readonly port: number
  readonly isHere: boolean
  readonly weight: number
  readonly total: number
}

type Candidate = Objects['slices'][number]['endpoints'][number] & { readonly port: number }

/** Where the Cluster and the Local policy send, by kube-proxy's rules for choosing endpoints. */
export function endpointsOf(
  { slices, node }: Objects,
  service: Service,
  { name }: Port,
  family: string,
  packet: Packet,
): { readonly cluster: readonly Choice[]; readonly local: readonly Choice[] } {
  const { namespace } = service.metadata
  const isHere = ({ nodeName }: Candidate): boolean => nodeName === node.metadata.name
  const all = slices
    .filter(slice => slice.addressType === family && slice.metadata.namespace === namespace)
    .filter(
      ({ metadata }) => metadata.labels['kubernetes.io/service-name'] === service.metadata.name,
    )
    .flatMap(({ ports, endpoints }) =>
      endpoints.map(one => ({ ...one, port: ports.find(port => port.name === name)?.port ?? 0 })),
    )
  const weights = JSON.parse(service.metadata.annotations['kubenat.dev/weights'] ?? '{}')
  const weightOf = ({ targetRef }: Candidate): number => Number(weights[targetRef.name] ?? 1)
  const sizeOf = (known: readonly Weighed[]): number =>
    Number(service.metadata.annotations['kubenat.dev/hash-buckets'] ?? sizeFor(known))
  const weigh = (list: readonly Candidate[]): Choice[] => {
    const given = list.map(weightOf)
    const counted = given.some(weight => weight > 0) ? given : given.map(() => 1)
    const shares =
      hashed(service, list, counted, sizeOf(all.map(one => weighed(one, weightOf(one)))), packet) ??
      counted
    const total = shares.reduce((sum, weight) => sum + weight, 0)
    return list.map((one, i) => ({
      ip: canonical(one.addresses[0]),
      port: one.port,
      isHere: isHere(one),
      weight: shares[i] ?? 0,
      total,
    }))
  }
  return {
    cluster: weigh(usable(all, ready => hinted(ready, node))),
    local: weigh(usable(all.filter(isHere), ready => ready)),
  }
}

function weighed({ addresses: [address], port }: Candidate, weight: number): Weighed {
  const ip = canonical(address)
  return { id: ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`, weight }
}

/** What each of a list has of the buckets that the packet may come to; nothing without a hash. */
function hashed(
  { metadata }: Service,
  list: readonly Candidate[],
  weights: readonly number[],
  size: number,
  { saddr, sport }: Packet,
): readonly number[] | undefined {
  const by = metadata.annotations['kubenat.dev/hash']
  if (by === undefined || list.length === 0) return undefined
  const all = list.map((one, i) => weighed(one, weights[i] ?? 0))
  const table = lookupTable(all, size)
  const isKnown = by === 'source-ip' || sport !== undefined
  const port = by === 'source-ip' ? undefined : sport
  const may = isKnown ? [table[bucketOf(bytesOf(saddr), port, size)]] : table
  return all.map(({ id }) => may.filter(one => one === id).length)
}

/** The bytes of an address as it is sent. */
function bytesOf(address: string): number[] {
  if (!address.includes(':')) return address.split('.').map(Number)
  const [head = '', tail = ''] = address.split('::')
  const groups = (text: string): string[] => (text === '' ? [] : text.split(':'))
  const missing = 8 - groups(head).length - groups(tail).length
  const all = address.includes('::')
    ? [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)]
    : groups(address)
  return all.flatMap(group => {
    const number = Number.parseInt(group, 16)
    return [number >> 8, number & 255]
  })
}

type Filter = (list: readonly Candidate[]) => readonly Candidate[]

/** The ready ones that a filter leaves; where none is ready, those that serve while they end. */
function usable(list: readonly Candidate[], filter: Filter): readonly Candidate[] {
  const ready = list.filter(({ conditions }) => conditions.ready)
  if (ready.length > 0) return filter(ready)
  return list.filter(({ conditions }) => conditions.serving && conditions.terminating)
}

function hinted(ready: readonly Candidate[], { metadata }: Objects['node']): readonly Candidate[] {
  const kinds = [
    ['forNodes', metadata.name],
    ['forZones', metadata.labels['topology.kubernetes.io/zone']],
  ] as const
  for (const [kind, mine] of kinds) {
    const here = ready.filter(({ hints }) => hints[kind]?.some(({ name }) => name === mine))
    if (ready.every(({ hints }) => hints[kind]?.length) && here.length > 0) return here
  }
  return ready
}
