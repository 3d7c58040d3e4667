import type { Ip } from '../../address/address.js'
import { backendText, type Fate } from '../../traffic/packet.js'
import { type ClientClass, classOf, clientAt, interfacesOf, type Worlds } from './clients.js'
import type { PacketOf, Passage } from './passage.js'

/** A backend that is masqueraded in one of the worlds alone where it sends to itself. */
export interface SelfDifference {
  /** `ip:port`. */
  readonly backend: string
  readonly source: Ip
  readonly class: ClientClass
  readonly from: boolean
  readonly to: boolean
}

/**
 * Differences in hairpin traffic: whether a backend that is chosen for its own packet sees the node's
 * address instead of its own. What every client of its kind sees as well is no difference of this one.
 */
export function selfDifferences(
  worlds: Worlds,
  passages: readonly Passage[],
  packet: PacketOf,
): readonly SelfDifference[] {
  const { before, after } = worlds
  const candidates = new Map<string, Ip>()
  for (const { from, to } of passages) {
    for (const end of [...from.ends, ...to.ends]) {
      const ip = end.to?.ip as Ip | undefined
      if (ip === undefined || end.to === undefined) continue
      if (before.isSelf(ip) || after.isSelf(ip)) candidates.set(backendText(end.to), ip)
    }
  }
  const isOwn = (ip: Ip): boolean => before.own.includes(ip) || after.own.includes(ip)
  const clients = passages.map(({ client }) => client)
  return [...candidates].flatMap(([backend, saddr]) =>
    isOwn(saddr)
      ? []
      : interfacesOf(worlds).flatMap((inputInterface): SelfDifference | [] => {
          const sender = { saddr, inputInterface }
          const from = flagOf(before.fateOf(packet('before', sender)), backend)
          const to = flagOf(after.fateOf(packet('after', sender)), backend)
          if (from === undefined || to === undefined || from === to) return []
          const like = clientAt(clients, saddr, inputInterface)
          const general = passages.find(({ client }) => client === like)
          const isGeneral =
            general !== undefined &&
            flagOf(general.from, backend) === from &&
            flagOf(general.to, backend) === to
          return isGeneral
            ? []
            : { backend, source: saddr, class: classOf(worlds, saddr, inputInterface), from, to }
        }),
  )
}

const flagOf = ({ ends }: Fate, backend: string): boolean | undefined =>
  ends.find(({ to }) => to !== undefined && backendText(to) === backend)?.masqueraded
