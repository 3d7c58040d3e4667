import type { Family, Ip } from '../../address/address.js'
import type { ProbeProtocol } from '../../traffic/packet.js'
import { listStrays, parseStrays, type Stray } from './guard.js'

/** Where the connection of a source ended, if nobody listens there. */
export type StrayOf = (protocol: ProbeProtocol, ip: Ip, port: number) => Stray['at'] | undefined

/** What the guard has noted of strays. */
export interface StrayNotes {
  /** Reads the notes, all of them that were there at the call. */
  readonly read: (family: Family) => Promise<StrayOf>
}

/** Notes that are listed once for everybody who waits, however many probes come back at a time. */
export function openStrayNotes(nft: (words: readonly string[]) => Promise<string>): StrayNotes {
  const running = new Map<Family, Promise<StrayOf>>()
  const next = new Map<Family, Promise<StrayOf>>()
  const start = (family: Family): Promise<StrayOf> => {
    next.delete(family)
    const reading = nft(listStrays(family)).then(listing => indexOf(parseStrays(listing)))
    running.set(family, reading)
    const ended = (): unknown => running.get(family) === reading && running.delete(family)
    reading.then(ended, ended)
    return reading
  }
  return {
    read: family => {
      const current = running.get(family)
      if (!current) return start(family)
      // What is read now may have been listed before the probes of this call.
      const following =
        next.get(family) ??
        current.then(
          () => start(family),
          () => start(family),
        )
      next.set(family, following)
      return following
    },
  }
}

function indexOf(strays: readonly Stray[]): StrayOf {
  const key = (protocol: string, ip: string, port: number): string => `${protocol} ${ip} ${port}`
  const places = new Map(
    strays.map(({ protocol, from, at }) => [key(protocol, from.ip, from.port), at]),
  )
  return (protocol, ip, port) => places.get(key(protocol, ip, port))
}
