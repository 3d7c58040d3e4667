import type { Change, Sides } from '../finding.js'
import { changeOf, frontendsOf, touchesOf } from '../touches.js'

/** KN316: each mode has a section of its own in the configuration. */
export function masqueradeAll({ iptables, nftables }: Sides): Change | undefined {
  if (iptables.masqueradeAll === nftables.masqueradeAll) return undefined
  const served = frontendsOf(nftables, ['cluster-ip']).filter(
    ({ frontend }) => frontend.reach.kind === 'endpoints',
  )
  return changeOf(
    `masqueradeAll is ${iptables.masqueradeAll} in iptables mode, ${nftables.masqueradeAll} in nftables mode`,
    touchesOf(served),
  )
}

/** KN317: the same of the mark. */
export function masqueradeBit({ iptables, nftables }: Sides): Change | undefined {
  const { masqueradeBit: before, ports } = iptables
  const { masqueradeBit: after } = nftables
  if (before === after || ports.length === 0) return undefined
  return {
    detail: `the mark is ${markText(before)} in iptables mode, ${markText(after)} in nftables mode`,
    touches: [],
  }
}

const markText = (bit: number): string => `0x${(2 ** bit).toString(16).padStart(8, '0')}`
