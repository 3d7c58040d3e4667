import { backendText, type End, type Fate, type Fraction } from '../../traffic/packet.js'
import type { BackendShare, State, Verdict } from './report.js'

export const shareText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`

const VERDICTS: Readonly<Record<End['verdict'], Verdict>> = {
  backend: 'backends',
  pass: 'untouched',
  drop: 'dropped',
  reject: 'refused',
}

/** Everything that a fate says. */
export function wholeState(fate: Fate): State {
  const state = backendsState(fate)
  if (state.verdict !== 'backends') return state
  const { affinitySeconds } = fate
  const { masqueraded = 'none', backends: flags = [] } = masqueradeState(fate)
  const flagOf = new Map(flags.map(one => [one.address, one.masqueraded === true]))
  return {
    ...state,
    masqueraded,
    backends: (state.backends ?? []).map(one => {
      const flag = flagOf.get(one.address)
      return flag === undefined ? one : { ...one, masqueraded: flag }
    }),
    ...(affinitySeconds === undefined ? {} : { affinitySeconds }),
  }
}

/** Where flows go and in which shares. */
export function backendsState({ ends }: Fate): State {
  const [first] = ends
  if (first !== undefined && ends.length === 1 && first.verdict !== 'backend') {
    return { verdict: VERDICTS[first.verdict] }
  }
  const backends = ends.flatMap(({ to, share }): BackendShare | [] =>
    to === undefined ? [] : { address: backendText(to), share: shareText(share) },
  )
  const otherwise = ends.flatMap(({ verdict, share }) =>
    verdict === 'backend' ? [] : { verdict: VERDICTS[verdict], share: shareText(share) },
  )
  return { verdict: 'backends', backends, ...(otherwise.length > 0 ? { otherwise } : {}) }
}

/** Whether the source is rewritten; where that depends on the backend, of each. */
export function masqueradeState({ ends }: Fate): State {
  const towards = ends.flatMap(({ to, masqueraded }): BackendShare | [] =>
    to === undefined ? [] : { address: backendText(to), masqueraded },
  )
  if (towards.every(one => !one.masqueraded)) return { masqueraded: 'none' }
  if (towards.every(one => one.masqueraded)) return { masqueraded: 'all' }
  return { masqueraded: 'some', backends: towards }
}

export const affinityState = ({ affinitySeconds = 0 }: Fate): State => ({ affinitySeconds })
