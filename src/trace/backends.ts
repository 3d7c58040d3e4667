import { familyOf, type Ip } from '../address/address.js'
import type { TracedBackend } from '../generated/reports.gen.js'
import type { Plan } from '../plan/plan.js'
import { type Branch, type Fraction, type Outcome, type Packet, plus } from '../traffic/packet.js'
import type { RuleFinder } from './steps.js'
import { type Destination, senderOf } from './why.js'
import { socketText } from './words.js'

/** How a packet leaves the node. */
export type Verdict = Exclude<Outcome['kind'], 'unknown'>

/** Branches that end alike, with their share of all. */
export interface End {
  readonly verdict: Verdict
  /** Where it goes, if an address was rewritten for it. */
  readonly to: Branch['to']
  readonly masqueraded: boolean
  readonly share: Fraction
  /** The first of them. */
  readonly branch: Branch
}

/** The different ends of branches, in their order; those of unknown outcome left out. */
export function endsOf(branches: readonly Branch[]): readonly End[] {
  const ends = new Map<string, End>()
  for (const branch of branches) {
    const { outcome, to, masqueraded, share } = branch
    if (outcome.kind === 'unknown') continue
    const isSent = outcome.kind === 'accept'
    const key = [outcome.kind, ...(isSent ? [to?.ip, to?.port, masqueraded] : [])].join(' ')
    const known = ends.get(key)
    const end = { verdict: outcome.kind, to: isSent ? to : undefined, masqueraded, branch }
    ends.set(key, known ? { ...known, share: plus(known.share, share) } : { ...end, share })
  }
  return [...ends.values()]
}

/** Whether a sender could not tell two answers of rules apart. */
export function sameEnds(a: readonly Branch[], b: readonly Branch[]): boolean {
  const textOf = (branches: readonly Branch[]): string =>
    endsOf(branches)
      .map(({ verdict, to, masqueraded, share }) =>
        JSON.stringify([verdict, to?.ip, to?.port, verdict === 'accept' && masqueraded, share]),
      )
      .sort()
      .join()
  return textOf(a) === textOf(b)
}

/** `1/3`, or `1`. */
export const fractionText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`

/** A share for a report. */
export const shareOf = (share: Fraction): { fraction: string; percent: number } => ({
  fraction: fractionText(share),
  percent: Math.round((share.numerator / share.denominator) * 10000) / 100,
})

/** What is known beside the rules of where packets end. */
export interface Surroundings {
  readonly packet: Packet
  readonly plan: Plan | undefined
  readonly destination: Destination | undefined
  /** Every address of the node, the first of a family its own towards others. */
  readonly addresses: readonly Ip[]
  readonly finder: RuleFinder
}

/** The backends that packets are sent to, with what both ends see of each other. */
export function backendsOf(ends: readonly End[], around: Surroundings): TracedBackend[] {
  const { packet, destination } = around
  const endpoints = new Map(destination?.planned.port.endpoints.map(one => [one.id, one]))
  const namespace = destination?.planned.port.namespace
  return ends.flatMap(end => {
    const { to, share, masqueraded } = end
    if (end.verdict !== 'accept' || to === undefined) return []
    const { pod, nodeName } = endpoints.get(socketText(to)) ?? {}
    return {
      address: to.ip,
      port: to.port,
      ...(pod === undefined ? {} : { pod: `${namespace}/${pod}` }),
      ...(nodeName === undefined ? {} : { node: nodeName }),
      share: shareOf(share),
      masqueraded,
      ...(masqueraded ? { because: masqueradeReason(end, around) } : {}),
      reply: {
        backendSees: masqueraded ? ownAddress(around) : packet.saddr,
        clientSees: socketText({ ip: packet.daddr, port: packet.dport }),
      },
    }
  })
}

function ownAddress({ packet, plan, addresses }: Surroundings): string {
  const family = familyOf(packet.daddr)
  const own = plan?.node.primary[family] ?? addresses.find(ip => familyOf(ip) === family)
  return own ?? 'an address of the node'
}

/** Why flows to a backend are masqueraded. */
function masqueradeReason(end: End, around: Surroundings): string {
  const { packet, plan, destination } = around
  const isPlanned = plan !== undefined && destination !== undefined
  if (isPlanned && isAlways(plan, destination, packet)) {
    return plannedReason(plan, destination, packet)
  }
  if (end.to?.ip === packet.saddr) return 'the backend is the sender itself (hairpin)'
  if (isPlanned) return plannedReason(plan, destination, packet)
  return listedReason(end, around.finder)
}

const isAlways = (plan: Plan, { frontend }: Destination, packet: Packet): boolean =>
  frontend.kind === 'cluster-ip'
    ? plan.masqueradeAll || (plan.detector !== undefined && senderOf(plan, packet) !== 'pod')
    : frontend.policy === 'Cluster'

function plannedReason(plan: Plan, { frontend }: Destination, packet: Packet): string {
  if (frontend.kind !== 'cluster-ip') {
    return frontend.policy === 'Cluster'
      ? 'externalTrafficPolicy Cluster: the answer must come back through this node'
      : "the node's own traffic, whose source may be an address that others cannot answer"
  }
  if (plan.masqueradeAll) return '--masquerade-all'
  const { detector } = plan
  if (detector?.kind === 'cidr')
    return `${packet.saddr} is outside the pods' range ${detector.cidr}`
  const star = detector?.prefix ? '*' : ''
  const way = packet.inputInterface ?? 'no interface'
  return `came by ${way}, not by the pods' interface ${detector?.name ?? ''}${star}`
}

/** What rules say themselves: the comment of the one that marked the packet, or where it stands. */
function listedReason({ branch }: End, finder: RuleFinder): string {
  const steps = branch.path.map(step => ({ step, rule: finder.rule(step) }))
  const doing = (kinds: readonly string[]) =>
    steps.find(({ rule }) => rule?.statements.some(({ kind }) => kinds.includes(kind)))
  const found = doing(['mark-or', 'mark-set-to']) ?? doing(['masquerade'])
  if (found === undefined) return 'a rule masquerades it'
  const { rule, step } = found
  return rule?.comment ?? `a rule of chain ${step.chain} in table ${step.table}`
}
