import { familyOf } from '../address/address.js'
import type { TracedBackend } from '../generated/reports.gen.js'
import { TABLE_FAMILY } from '../rules/build.js'
import type { Statement } from '../rules/statement.js'
import {
  type Branch,
  type Expectation,
  type Fraction,
  type Outcome,
  type Packet,
  plus,
} from '../traffic/packet.js'
import type { Owner } from '../traffic/promise/view.js'
import { isKubeProxys, type RuleFinder, stepPlace, stepTexts } from './steps.js'
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
  readonly destination: Owner | undefined
  /** What the objects promise the packet; absent without objects. */
  readonly promised: Expectation | undefined
  readonly finder: RuleFinder
}

/** The backends that packets are sent to, with what both ends see of each other. */
export function backendsOf(ends: readonly End[], around: Surroundings): TracedBackend[] {
  const { packet, destination } = around
  const endpoints = new Map(destination?.port.endpoints.map(one => [one.id, one]))
  const namespace = destination?.port.namespace
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
        backendSees: masqueraded ? (end.branch.source ?? MASQUERADED) : packet.saddr,
        clientSees: socketText({ ip: packet.daddr, port: packet.dport }),
      },
    }
  })
}

/** Routes alone know by which interface a packet leaves, and masquerade takes an address of that one. */
const MASQUERADED = 'an address of this node, that of the interface by which the packet leaves'

/**
 * Why flows to a backend are masqueraded: by the objects, where kube-proxy's rules do as they say; else
 * the rule that did it.
 */
function masqueradeReason({ to, branch }: End, { packet, promised, finder }: Surroundings): string {
  const steps = branch.path.map(step => ({ step, rule: finder.rule(step) }))
  const doing = (isMeant: (statement: Statement) => boolean) =>
    steps.find(({ rule }) => rule?.statements.some(isMeant))
  const acting = doing(givesSource)
  const isOwn = acting !== undefined && isKubeProxys(acting.step)
  if (isOwn && promised?.verdict === 'backends') {
    const backend = promised.backends.find(({ at }) => at.ip === to?.ip && at.port === to.port)
    if (backend?.because !== undefined) return backend.because
  }
  // The rule that marked the packet says more than the one that all marked packets come to.
  const found = isOwn ? (doing(setsMark) ?? acting) : acting
  if (found === undefined) return 'a rule masquerades it'
  const { rule, step } = found
  const words =
    rule?.comment ?? `"${stepTexts(step, finder, TABLE_FAMILY[familyOf(packet.daddr)]).nft}"`
  return `${stepPlace(step)} does it (${words})`
}

/** Whether a statement gives the packet another source. */
const givesSource = (statement: Statement): boolean =>
  statement.kind === 'masquerade' ||
  (statement.kind === 'foreign' && /^\{"(?:masquerade|snat)"/.test(statement.json))

/** Whether a statement marks the packet. */
const setsMark = (statement: Statement): boolean =>
  statement.kind === 'mark-or' ||
  statement.kind === 'mark-set-to' ||
  (statement.kind === 'foreign' && /^\{"mangle":\{"key":\{"meta"/.test(statement.json))
