import type { ServicePort } from '../../model/service-port.js'
import type { Expectation, ExpectedBackend } from '../../traffic/packet.js'
import { compareText, groupBy } from '../../util/collections.js'
import type { Check } from '../check.js'
import { placeText } from './judge.js'

/** A check that expects to be answered by backends. */
export type BackendsCheck = Check & {
  readonly expected: Extract<Expectation, { verdict: 'backends' }>
}

/** Checks of one service port and policy that expect the same backends with the same shares. */
export interface BackendSet {
  readonly port: ServicePort | undefined
  readonly backends: readonly ExpectedBackend[]
  readonly checks: readonly BackendsCheck[]
}

/**
 * The sets of backends that checks expect, by service port; what no Service promises counts by its
 * destination. Traffic policies may make sets that are equal by chance, and then the rules choose in
 * two places; else in one, whoever the client is.
 */
export function backendSets(checks: readonly Check[]): readonly BackendSet[] {
  const withBackends = checks.filter((check): check is BackendsCheck => isBackends(check))
  const byOwner = groupBy(
    withBackends,
    ({ destination }) =>
      destination.servicePort ?? `${destination.protocol} ${placeText(destination)}`,
  )
  return [...byOwner.values()].flatMap(ofOwner =>
    [...groupBy(ofOwner, setKey).values()].flatMap(ofSet => {
      const [first] = ofSet
      if (first === undefined) return []
      const port = first.destination.servicePort
      return { port, backends: first.expected.backends, checks: ofSet }
    }),
  )
}

/** Whether any client outside may stand for the one of this check: not where source ranges let in some. */
export function isForStrangers({ client, destination: { ip, servicePort } }: Check): boolean {
  const hasRanges = servicePort !== undefined && servicePort.sourceRanges.length > 0
  return client.kind === 'outside' && !(hasRanges && servicePort.loadBalancerIPs.includes(ip))
}

const isBackends = ({ expected }: Check): boolean => expected.verdict === 'backends'

function setKey({ client, destination, expected }: BackendsCheck): string {
  const { kind, servicePort } = destination
  // Only who comes from outside is under the external policy; others get what is in the cluster.
  const isLocal =
    kind === 'cluster-ip'
      ? servicePort?.internalPolicy === 'Local'
      : servicePort?.externalPolicy === 'Local' && client.kind === 'outside'
  const backends = expected.backends.map(
    ({ at, share }) => `${placeText(at)} ${share.numerator}/${share.denominator}`,
  )
  return [isLocal ? 'Local' : 'Cluster', ...backends.sort(compareText)].join()
}
