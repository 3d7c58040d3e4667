import type { Diagnostics } from '../../diagnostics/diagnostic.js'
import type { InputObject } from '../../input/objects.js'
import type { Node } from '../../schema/types.gen.js'
import { checkCidr, checkIp } from './addresses.js'

/** The types of node address that are addresses; the others are host and DNS names. */
const IP_TYPES: readonly string[] = ['InternalIP', 'ExternalIP']

/** Checks the addresses and pod CIDRs of a Node (KN060). */
export function checkNode(node: InputObject<Node>, problems: Diagnostics): void {
  const { spec, status } = node.value
  for (const [index, { type, address }] of (status?.addresses ?? []).entries()) {
    if (!IP_TYPES.includes(type)) continue
    checkIp(address, node, ['status', 'addresses', index, 'address'], problems, 'KN060')
  }
  const podCIDRs = spec?.podCIDRs ?? []
  for (const [index, text] of podCIDRs.entries()) {
    checkCidr(text, node, ['spec', 'podCIDRs', index], problems, 'KN060')
  }
  // podCIDR repeats the first of podCIDRs: one report is enough.
  if (spec?.podCIDR && spec.podCIDR !== podCIDRs[0]) {
    checkCidr(spec.podCIDR, node, ['spec', 'podCIDR'], problems, 'KN060')
  }
}
