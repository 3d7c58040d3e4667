import type { SocketAddress } from '../../rules/statement.js'
import { type Fraction, plus } from '../../trace/fraction.js'
import { compareText } from '../../util/collections.js'

/** One end that new flows may come to. */
export interface End {
  /** `pass`: no rule takes the packet, it goes on to where it was addressed. */
  readonly verdict: 'backend' | 'pass' | 'drop' | 'reject'
  /** Of backends. */
  readonly to?: SocketAddress
  /** Whether the packet leaves with an address of the node as its source. */
  readonly masqueraded: boolean
  readonly share: Fraction
}

/** What becomes of the new flows of one client to one destination. */
export interface Fate {
  /** Each end once, in order of their keys; the shares make one. */
  readonly ends: readonly End[]
  /** For how long a client stays with its backend, in seconds; absent without session affinity. */
  readonly affinitySeconds?: number
}

/** `ip:port` of a backend; the address alone tells the family. */
export const backendText = ({ ip, port }: SocketAddress): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const keyOf = ({ verdict, to, masqueraded }: End): string =>
  `${to === undefined ? verdict : backendText(to)}${masqueraded ? ' masqueraded' : ''}`

/** A fate from ends in any order; equal ones are one end with the sum of their shares. */
export function fateOf(ends: readonly End[], affinitySeconds?: number): Fate {
  const rest = affinitySeconds === undefined ? {} : { affinitySeconds }
  if (ends.length < 2) return { ends, ...rest }
  const byKey = new Map<string, End>()
  for (const end of ends) {
    const key = keyOf(end)
    const known = byKey.get(key)
    byKey.set(key, known ? { ...end, share: plus(known.share, end.share) } : end)
  }
  const sorted = [...byKey].sort(([a], [b]) => compareText(a, b))
  return { ends: sorted.map(([, end]) => end), ...rest }
}

/** Whether two fates are the same for whoever sends. */
export function sameFate(a: Fate, b: Fate): boolean {
  if (a === b) return true
  if (a.affinitySeconds !== b.affinitySeconds || a.ends.length !== b.ends.length) return false
  return a.ends.every((end, index) => {
    const other = b.ends[index]
    return (
      other !== undefined &&
      end.verdict === other.verdict &&
      end.masqueraded === other.masqueraded &&
      end.to?.ip === other.to?.ip &&
      end.to?.port === other.to?.port &&
      end.share.numerator === other.share.numerator &&
      end.share.denominator === other.share.denominator
    )
  })
}

/** Whether any flow comes to a backend. */
export const reaches = ({ ends }: Fate): boolean =>
  ends.some(({ verdict }) => verdict === 'backend')
