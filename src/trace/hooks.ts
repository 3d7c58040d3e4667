import { familyOf, type Ip } from '../address/address.js'
import type { Flow } from './flow.js'

/** What routing knows of the node. */
export interface Routing {
  readonly addresses: readonly Ip[]
  readonly isLocal: (address: string) => boolean
}

/**
 * The packet at its next hook; `undefined` at the end of its way through the node. Routing looks at
 * the destination as it is by then. What the node sends to itself comes back by the loopback interface.
 */
export function toNextHook(flow: Flow, routing: Routing): Flow | undefined {
  const next = following(flow, routing)
  return next && { ...next, hooks: [...flow.hooks, next.hook] }
}

function following(flow: Flow, routing: Routing): Flow | undefined {
  switch (flow.hook) {
    case 'prerouting':
      return { ...flow, hook: routing.isLocal(flow.daddr) ? 'input' : 'forward' }
    case 'output':
    case 'forward':
      return { ...flow, hook: 'postrouting' }
    case 'postrouting':
      // Only what the node itself sends gets here with an address of the node as its destination.
      return routing.isLocal(flow.daddr) ? loopBack(flow, routing) : undefined
    case 'input':
      return undefined
  }
}

function loopBack(flow: Flow, { addresses }: Routing): Flow {
  // Masquerade takes the first address of the node, since the loopback device has none to give.
  const own = addresses.find(ip => familyOf(ip) === familyOf(flow.daddr as Ip))
  const saddr = flow.masqueraded ? (own ?? flow.saddr) : flow.saddr
  return {
    ...flow,
    hook: 'prerouting',
    inputInterface: 'lo',
    isInputAssumed: false,
    saddr,
    looped: true,
  }
}
