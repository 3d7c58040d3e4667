import type { Fate, Packet } from '../../traffic/packet.js'
import type { Client } from './clients.js'

/** What becomes of the packets of one client, before and after. */
export interface Passage {
  readonly client: Client
  readonly from: Fate
  readonly to: Fate
}

/** A packet to one destination, as it is addressed in one of the worlds. */
export type PacketOf = (
  side: 'before' | 'after',
  from: Pick<Packet, 'saddr' | 'inputInterface'>,
) => Packet
