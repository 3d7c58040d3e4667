import { familyOf } from '../../address/address.js'
import { displayName } from '../../model/service-port.js'
import type { Expectation, Fraction } from '../../traffic/packet.js'
import { visible } from '../../util/text.js'
import type { Check, Destination, DestinationKind } from '../check.js'
import { isFlowCheck } from '../flows/flow-check.js'
import type { ObservedCount, Result, SharesTest, Trial, Where } from '../report.js'
import { placeText } from '../run/judge.js'

// What reports say, in words. Everything here gives one line, fit for a terminal.

const DESTINATION_WORDS: Readonly<Record<DestinationKind, string>> = {
  'cluster-ip': 'ClusterIP',
  'external-ip': 'external IP',
  'load-balancer-ip': 'load balancer IP',
  'node-port': 'NodePort',
  'wrong-port': 'wrong port',
  'unallocated-ip': 'unallocated IP',
  'no-service': 'no Service',
}

const MAX_LINE = 500

/** Foreign text on one line of bearable length. */
export function lineText(text: string): string {
  const cut = text.length > MAX_LINE ? `${text.slice(0, MAX_LINE)}...` : text
  return visible(cut).replaceAll('\t', '\\t')
}

/** `NodePort 192.168.10.11:30080/tcp`. */
export const destinationText = (destination: Destination): string =>
  `${DESTINATION_WORDS[destination.kind]} ${placeText(destination)}/${destination.protocol}`

/** The port of the Service, with its family as both share a name; or that there is none. */
export const portText = ({ ip, servicePort }: Destination): string =>
  servicePort ? lineText(`${displayName(servicePort)} (${familyOf(ip)})`) : 'no Service'

const TRIED: Readonly<Record<Trial['kind'], string>> = {
  packets: '',
  shares: ', shares of the backends',
  affinity: ', session affinity',
}

/** What was tried, without the port of the Service. */
export function trialText({ kind, check }: Trial): string {
  const { client, destination } = check
  const flow = isFlowCheck(check) ? `, flow ${check.flow.name}` : ''
  return lineText(`${destinationText(destination)} from ${client.name}${TRIED[kind]}${flow}`)
}

/** The packet as it left its sender. */
export function packetText({ client, destination }: Check): string {
  const way = client.inputInterface === undefined ? '' : `, in by ${client.inputInterface}`
  const sent = `${client.ip} -> ${placeText(destination)}/${destination.protocol}`
  return lineText(`${sent}, ${familyOf(destination.ip)}, ${client.kind}${way}`)
}

/** What is expected, in a phrase. */
export function expectationText(expectation: Expectation): string {
  switch (expectation.verdict) {
    case 'refused':
      return 'an error comes back'
    case 'dropped':
      return 'nothing comes back, and nothing arrives'
    case 'untouched':
      return 'it arrives where it was sent, from its own source'
    case 'backends': {
      const { backends } = expectation
      const shown = backends.slice(0, MAX_BACKENDS).map(backendText)
      const hidden = backends.length - shown.length
      return `answered by ${[...shown, ...(hidden > 0 ? [`${hidden} more`] : [])].join(', ')}`
    }
  }
}

const MAX_BACKENDS = 10

type BackendsExpected = Extract<Expectation, { verdict: 'backends' }>

function backendText({ at, share, masqueraded }: BackendsExpected['backends'][number]): string {
  const seen = masqueraded ? 'sees the node' : 'sees the client'
  return `${placeText(at)} (${percent(numberOf(share))}, ${seen})`
}

/** What became of some probes. */
export function observedText({ observation, count }: ObservedCount): string {
  switch (observation.kind) {
    case 'answer':
      return `${count}x answered by ${placeText(observation.at)}, which saw ${observation.source}`
    case 'refused':
      return `${count}x an error came back`
    case 'silence':
      return `${count}x nothing came back`
    case 'stray': {
      const where = observation.at ? placeText(observation.at) : 'a port'
      return `${count}x it arrived at ${where}, where nobody listens`
    }
  }
}

/** How often each backend was chosen, a line each, and what that means. */
export function sharesText({ samples, p, backends }: SharesTest): readonly string[] {
  const lines = backends.map(
    ({ at, share, observed }) =>
      `${placeText(at)} ${observed} of ${samples} (${percent(observed / Math.max(samples, 1))}), expected ${percent(numberOf(share))}`,
  )
  return [...lines, `probability by chance ${p < 0.0001 ? 'below 0.0001' : p.toFixed(4)}`]
}

/** `objects.yaml:3:5`. */
export const whereText = ({ file, line, column }: Where): string =>
  lineText(`${file}:${line}:${column}`)

/** A fraction as a number. */
export const numberOf = ({ numerator, denominator }: Fraction): number => numerator / denominator

/** `33.3 %`. */
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`

/** Reasons of what was skipped, with how often. */
export function skippedCounts(results: readonly Result[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const result of results) {
    if (result.status !== 'skipped') continue
    const reason = lineText(result.reason)
    counts.set(reason, (counts.get(reason) ?? 0) + 1)
  }
  return counts
}
