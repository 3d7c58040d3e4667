import { type Fraction, fraction, plus } from '../fraction.js'
import type { Branch, Outcome } from '../packet.js'

/** How a packet leaves the node. */
export type Verdict = Exclude<Outcome['kind'], 'unknown'>

/** Branches that end alike, with their share of all. */
export interface End {
  readonly verdict: Verdict
  /** Where it goes, if an address was rewritten for it. */
  readonly to: Branch['to']
  readonly masqueraded: boolean
  readonly share: Fraction
  /** The first of them. */
  readonly branch: Branch
}

/** The different ends of branches, in their order; those of unknown outcome left out. */
export function endsOf(branches: readonly Branch[]): readonly End[] {
  const ends = new Map<string, End>()
  for (const branch of branches) {
    const { outcome, to, masqueraded, share } = branch
    if (outcome.kind === 'unknown') continue
    const isSent = outcome.kind === 'accept'
    const key = [outcome.kind, ...(isSent ? [to?.ip, to?.port, masqueraded] : [])].join(' ')
    const known = ends.get(key)
    const end = { verdict: outcome.kind, to: isSent ? to : undefined, masqueraded, branch }
    ends.set(key, known ? { ...known, share: plus(known.share, share) } : { ...end, share })
  }
  return [...ends.values()]
}

/** Whether a sender could not tell two answers of rules apart. */
export function sameEnds(a: readonly Branch[], b: readonly Branch[]): boolean {
  const textOf = (branches: readonly Branch[]): string =>
    endsOf(branches)
      .map(({ verdict, to, masqueraded, share }) =>
        JSON.stringify([verdict, to?.ip, to?.port, verdict === 'accept' && masqueraded, share]),
      )
      .sort()
      .join()
  return textOf(a) === textOf(b)
}

/** The sum of shares. */
export const sumOf = (shares: readonly Fraction[]): Fraction => shares.reduce(plus, fraction(0, 1))

/** `1/3`, or `1`. */
export const fractionText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`

/** A share for a report. */
export const shareOf = (share: Fraction): { fraction: string; percent: number } => ({
  fraction: fractionText(share),
  percent: Math.round((share.numerator / share.denominator) * 10000) / 100,
})
