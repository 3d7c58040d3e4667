import type { Node } from '../model/node.js'
import { interfaceOf, UsageError } from '../options/read.js'
import type { Options } from '../options/table.js'
import type { Packet } from '../trace/packet.js'
import type { GivenDestination, GivenSource } from './trace-ends.js'
import type { Directory } from './trace-names.js'
import { type Sender, sendersOf } from './trace-senders.js'
import { targetsOf } from './trace-targets.js'

/** A packet as it comes to the node, with its sender in words. */
export interface ResolvedPacket {
  readonly packet: Packet
  readonly sender: string | undefined
}

/** How a packet is given. */
export interface GivenPacket {
  readonly from: GivenSource
  readonly to: GivenDestination
  readonly inInterface: string | undefined
  /** Whether interfaces are those of a real node, so that a likely one is none. */
  readonly isLive: boolean
}

/**
 * The packet that the command line describes, in the first family that both its ends have.
 *
 * @param directory absent where there are no objects, and so no names
 * @throws UsageError if a name is unknown, or the ends have no family in common
 */
export function resolvePacket(
  given: GivenPacket,
  node: Node,
  directory: Directory | undefined,
  options: Options,
): ResolvedPacket {
  const { from, to } = given
  const targets = targetsOf(to, node, directory)
  const senders = sendersOf(from, node, directory)
  const family = options.families.find(one => targets(one) && senders(one))
  const target = family && targets(family)
  const sender = family && senders(family)
  if (!target || !sender) {
    const families = options.families.join(' and ')
    throw new UsageError(`--from and --to have no family in common (of ${families})`)
  }
  const isAssumed = given.isLive && given.inInterface === undefined && !sender.isNode
  return {
    packet: {
      saddr: sender.ip,
      daddr: target.ip,
      protocol: target.protocol,
      dport: target.port,
      inputInterface: interfaceOfSender(given.inInterface, sender, options),
      ...(isAssumed ? { isInputAssumed: true } : {}),
    },
    sender: sender.words,
  }
}

const UPLINK = 'eth0'
const POD_LINK = 'veth0'

/** Where a packet most likely comes in: for pods of the node, as the detection of local traffic says. */
function interfaceOfSender(
  given: string | undefined,
  { isNode, isOwnPod }: Sender,
  { plan: { localTraffic } }: Options,
): string | undefined {
  if (isNode) {
    if (given === undefined) return undefined
    throw new UsageError(
      '--in-interface is for packets from elsewhere: the node itself sends this one',
    )
  }
  if (given !== undefined) return interfaceOf('in-interface', given, 15)
  if (!isOwnPod) return UPLINK
  const { mode, bridgeInterface, interfaceNamePrefix } = localTraffic
  if (mode === 'BridgeInterface') return bridgeInterface || POD_LINK
  return mode === 'InterfaceNamePrefix' && interfaceNamePrefix !== ''
    ? `${interfaceNamePrefix}0`
    : POD_LINK
}
