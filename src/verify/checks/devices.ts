import type { Options } from '../../options/table.js'
import { UPLINK } from '../../traffic/packet.js'

const LONGEST = 15
// The last two stand for all interfaces among the kernel's settings.
const FOREIGN = new Set([UPLINK, 'lo', 'all', 'default'])
/** The kernel refuses names with a colon, which are those of address labels. */
const isPossible = (name: string): boolean =>
  name !== '' && name.length <= LONGEST && !name.includes(':') && !FOREIGN.has(name)

/** Names for the interfaces of a node. */
export interface Devices {
  /** The pods' bridge; absent where none is asked for, or none can have the name asked for. */
  readonly bridge: string | undefined
  /** A name for the end of a pod's cable, another one at each call. */
  readonly next: () => string
}

/**
 * Devices as the detection of local traffic asks for them. Where no name is left that begins with the
 * prefix, others are given, and their pods do not count as pods.
 */
export function devicesFor({ plan }: Pick<Options, 'plan'>): Devices {
  const { mode, bridgeInterface, interfaceNamePrefix } = plan.localTraffic
  const isBridged = mode === 'BridgeInterface' && isPossible(bridgeInterface)
  const bridge = isBridged ? bridgeInterface : undefined
  const isAsked = mode === 'InterfaceNamePrefix' && interfaceNamePrefix !== ''
  const names = deviceNames(isAsked ? [interfaceNamePrefix, DEFAULT] : [DEFAULT], bridge)
  return { bridge, next: () => names.next().value ?? '' }
}

const DEFAULT = 'veth'

function* deviceNames(
  prefixes: readonly string[],
  bridge: string | undefined,
): Generator<string, undefined> {
  for (const prefix of prefixes) {
    for (let number = 1; ; number++) {
      const name = `${prefix}${number.toString(36)}`
      if (name.length > LONGEST || name.includes(':')) break
      if (isPossible(name) && name !== bridge) yield name
    }
  }
  return undefined
}
