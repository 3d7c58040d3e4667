import type { Family } from '../../address/address.js'
import type { Node } from '../../model/node.js'

/** Something that is not tried, in words for a report. */
export interface LeftOut {
  readonly what: string
  readonly because: string
}

/** Services of a family that the node has no address of: it could neither refuse nor masquerade. */
export const familyLeft = (family: Family, { name }: Node): LeftOut => ({
  what: `${family} destinations`,
  because: `no ${family} address of ${name} is known (--node-addresses takes some)`,
})

/** Clients that no address is found for. */
export const clientsLeft = (kind: 'outside' | 'pod-elsewhere', family: Family): LeftOut => ({
  what: `${family} clients ${kind === 'outside' ? 'outside' : 'in pods elsewhere'}`,
  because:
    kind === 'outside'
      ? 'the ranges of pods leave no address for them'
      : 'neither a cluster CIDR nor another node tells where pods are',
})

/** Each once, in the order of their first appearance. */
export function distinctLeft(all: readonly LeftOut[]): readonly LeftOut[] {
  return [...new Map(all.map(one => [`${one.what}\n${one.because}`, one])).values()]
}
