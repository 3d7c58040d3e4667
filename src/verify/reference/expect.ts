import type { Expectation } from '../expectation.js'
import type { Place } from '../scene.js'
import { expectIptables, ownerIptables } from './iptables.js'
import { expectNftables, ownerNftables } from './nftables.js'
import type { Owner, Sender, View } from './view.js'

/** The way of a packet in one mode of kube-proxy. */
interface Walk {
  readonly expect: (view: View, sender: Sender, to: Place) => Expectation
  readonly owner: (view: View, sender: Sender, to: Place) => Owner | undefined
}

const WALKS: Readonly<Record<View['mode'], Walk>> = {
  nftables: { expect: expectNftables, owner: (view, _, to) => ownerNftables(view, to) },
  iptables: { expect: expectIptables, owner: ownerIptables },
}

/**
 * What the objects promise a new connection from a sender to a place, both of one family. Session
 * affinity does not show: it narrows down, client by client, the backends that are given here.
 */
export const expect = (view: View, sender: Sender, to: Place): Expectation =>
  WALKS[view.mode].expect(view, sender, to)

/** The service port that takes the packet, if one does. */
export const ownerOf = (view: View, sender: Sender, to: Place): Owner | undefined =>
  WALKS[view.mode].owner(view, sender, to)
