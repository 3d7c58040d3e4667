import type { Ip } from '../../address/address.js'

const FIRST = 10_000
const LAST = 59_999

/** Source ports of probes. */
export interface Ports {
  /** The first of so many ports in a row. */
  readonly take: (ip: Ip, count: number) => number
}

/**
 * Gives every address its ports in turn, so that one comes again only when what the node remembers of
 * it is gone.
 */
export function openPorts(): Ports {
  const nextPorts = new Map<Ip, number>()
  return {
    take: (ip, count) => {
      const next = nextPorts.get(ip) ?? FIRST
      const first = next + count - 1 > LAST ? FIRST : next
      nextPorts.set(ip, first + count)
      return first
    },
  }
}
