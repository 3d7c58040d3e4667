import { type Branch, type Fraction, plus } from '../../src/traffic/packet.js'

/** How a way through rules ends. */
export type End = Pick<Branch, 'share' | 'outcome' | 'to' | 'masqueraded'>

/** Shares of flows, as `1/3`, by what becomes of them. */
export type Summary = Readonly<Record<string, string>>

/** What a sender can tell apart, however the rules get there: equal ends of several branches are one. */
export function summaryOf(branches: readonly End[]): Summary {
  const shares = new Map<string, Fraction>()
  for (const branch of branches) {
    const end = endOf(branch)
    const known = shares.get(end)
    shares.set(end, known ? plus(known, branch.share) : branch.share)
  }
  return Object.fromEntries([...shares].map(([end, share]) => [end, shareText(share)]))
}

export const shareText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`

/** `10.0.0.1:80 masqueraded`, `untouched`, `drop`, `reject`. */
function endOf({ outcome, to, masqueraded }: End): string {
  if (outcome.kind !== 'accept') return outcome.kind
  const where = to ? `${to.ip}:${to.port}` : 'untouched'
  return masqueraded ? `${where} masqueraded` : where
}
