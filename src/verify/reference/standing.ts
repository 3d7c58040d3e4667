import { type Cidr, containedIn, familyOf } from '../../address/address.js'
import { assertNever } from '../../util/errors.js'
import type { Sender, View } from './view.js'

/** Whether a sender counts as a pod of the cluster, and by what: words for a reason. */
export interface Standing {
  /** `undefined` if the node cannot tell. */
  readonly isPod: boolean | undefined
  readonly because: string
}

/**
 * How the node tells pods from others, in its four modes. Where the datum of the mode is missing for
 * the family it cannot, and of several CIDRs of a family only the first counts.
 */
export function standingOf({ settings, node }: View, sender: Sender): Standing {
  const { mode, clusterCIDRs, bridgeInterface, interfaceNamePrefix } = settings.localTraffic
  switch (mode) {
    case 'ClusterCIDR':
      return byAddress(clusterCIDRs, 'the cluster CIDR', sender)
    case 'NodeCIDR':
      return byAddress(node.podCIDRs, 'the pod CIDR of the node', sender)
    case 'BridgeInterface':
      return byInterface(bridgeInterface, sender.inputInterface === bridgeInterface, sender)
    case 'InterfaceNamePrefix': {
      const isPod = sender.inputInterface?.startsWith(interfaceNamePrefix) ?? false
      return byInterface(interfaceNamePrefix, isPod, sender)
    }
    default:
      return assertNever(mode, 'mode')
  }
}

const UNKNOWN: Standing = { isPod: undefined, because: 'the node cannot tell pods from others' }

function byAddress(cidrs: readonly Cidr[], name: string, { ip }: Sender): Standing {
  const cidr = cidrs.find(one => familyOf(one) === familyOf(ip))
  if (cidr === undefined) return UNKNOWN
  const isPod = containedIn([cidr])(ip)
  return { isPod, because: `${ip} is ${isPod ? 'in' : 'outside'} ${name} ${cidr}` }
}

function byInterface(name: string, isPod: boolean, { inputInterface }: Sender): Standing {
  if (name === '') return UNKNOWN
  if (inputInterface === undefined) return { isPod, because: 'the node itself sends' }
  const relation = isPod ? 'is an interface of pods' : 'is no interface of pods'
  return { isPod, because: `${inputInterface} ${relation}` }
}
