import { type Cidr, type Family, familyOf } from '../address/address.js'
import type { Node } from '../model/node.js'

/** kube-proxy's `detectLocalMode`. */
export type DetectLocalMode = 'ClusterCIDR' | 'NodeCIDR' | 'BridgeInterface' | 'InterfaceNamePrefix'

/** How traffic of this node's (or with ClusterCIDR, any) pods is known from other traffic. */
export type LocalDetector =
  | { readonly kind: 'cidr'; readonly cidr: Cidr }
  | { readonly kind: 'interface'; readonly name: string; readonly prefix: boolean }

/** What the detector is made of; each mode reads its own datum. */
export interface LocalTrafficSettings {
  readonly mode: DetectLocalMode
  readonly clusterCIDRs: readonly Cidr[]
  readonly bridgeInterface: string
  readonly interfaceNamePrefix: string
}

/**
 * The detector of one family, or none if the mode's datum is missing for it. Of a list of CIDRs only
 * the first of the family counts, as in kube-proxy.
 */
export function localDetector(
  settings: LocalTrafficSettings,
  node: Node,
  family: Family,
): LocalDetector | undefined {
  switch (settings.mode) {
    case 'ClusterCIDR':
      return cidrDetector(settings.clusterCIDRs, family)
    case 'NodeCIDR':
      return cidrDetector(node.podCIDRs, family)
    case 'BridgeInterface':
      return interfaceDetector(settings.bridgeInterface, false)
    case 'InterfaceNamePrefix':
      return interfaceDetector(settings.interfaceNamePrefix, true)
  }
}

function cidrDetector(cidrs: readonly Cidr[], family: Family): LocalDetector | undefined {
  const cidr = cidrs.find(one => familyOf(one) === family)
  return cidr === undefined ? undefined : { kind: 'cidr', cidr }
}

const interfaceDetector = (name: string, prefix: boolean): LocalDetector | undefined =>
  name === '' ? undefined : { kind: 'interface', name, prefix }
