import type { L4Protocol } from '../rules/match.js'

/** nft lists numbers where the machine has no names for them (/etc/protocols). */
const PROTOCOLS: ReadonlyMap<unknown, L4Protocol> = new Map<unknown, L4Protocol>([
  ['tcp', 'tcp'],
  [6, 'tcp'],
  ['udp', 'udp'],
  [17, 'udp'],
  ['sctp', 'sctp'],
  [132, 'sctp'],
])

/** A transport protocol that a Service may have. */
export const protocolOf = (value: unknown): L4Protocol | undefined => PROTOCOLS.get(value)
