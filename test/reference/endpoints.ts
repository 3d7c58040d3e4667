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
  const weigh = (list: readonly Candidate[]): Choice[] => {
    const given = list.map(({ targetRef }) => Number(weights[targetRef.name] ?? 1))
    const counted = given.some(weight => weight > 0) ? given : given.map(() => 1)
    const total = counted.reduce((sum, weight) => sum + weight, 0)
    return list.map((one, i) => ({
      ip: canonical(one.addresses[0]),
      port: one.port,
      isHere: isHere(one),
      weight: counted[i] ?? 0,
      total,
    }))
  }
  return {
    cluster: weigh(usable(all, ready => hinted(ready, node))),
    local: weigh(usable(all.filter(isHere), ready => ready)),
  }
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
