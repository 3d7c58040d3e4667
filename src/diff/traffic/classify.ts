import { backendText, type End, type Fate, reaches, sameFate } from '../../traffic/packet.js'
import type { ClaimDifference } from './compare.js'
import type { ChangeKind } from './kinds.js'
import type { Passage } from './passage.js'
import type { State } from './report.js'
import { affinityState, backendsState, masqueradeState, shareText, wholeState } from './states.js'

/** One facet of what a client sees. */
export interface Facet {
  readonly kind: ChangeKind
  readonly from: State
  readonly to: State
}

/** What is different for one client, in terms that do not depend on it. */
export function facetsOf(difference: ClaimDifference, { from, to }: Passage): readonly Facet[] {
  if (sameFate(from, to)) return []
  const { before, after, sourcesDiffer } = difference
  const whole = (kind: ChangeKind): readonly Facet[] => [
    { kind, from: wholeState(from), to: wholeState(to) },
  ]
  if (before === undefined) return whole('new')
  if (after === undefined) return whole('lost')
  if (reaches(from) && reaches(to)) return backendFacets(from, to)
  return whole(turn(from, to, sourcesDiffer))
}

/** The kind of a change where backends are not reached on both sides. */
function turn(from: Fate, to: Fate, sourcesDiffer: boolean): ChangeKind {
  if (sourcesDiffer && isDropped(from)) return 'exposed'
  if (sourcesDiffer && isDropped(to)) return 'restricted'
  if (reaches(to)) return 'served'
  if (isDropped(to)) return 'dropped'
  return isOnly(to, 'reject') ? 'refused' : 'lost'
}

const isOnly = ({ ends }: Fate, verdict: End['verdict']): boolean =>
  ends.every(end => end.verdict === verdict)
const isDropped = (fate: Fate): boolean => isOnly(fate, 'drop')

function backendFacets(from: Fate, to: Fate): readonly Facet[] {
  const facets: Facet[] = []
  const [old, wanted] = [sharesOf(from), sharesOf(to)]
  const add = (kind: ChangeKind, stateOf: (fate: Fate) => State): void => {
    facets.push({ kind, from: stateOf(from), to: stateOf(to) })
  }
  if ([...old.keys()].join() !== [...wanted.keys()].join()) add('backends', backendsState)
  else if ([...old].some(([key, share]) => wanted.get(key) !== share)) add('shares', backendsState)
  if (isMasqueradedOtherwise(from, to)) add('masquerade', masqueradeState)
  if (from.affinitySeconds !== to.affinitySeconds) add('affinity', affinityState)
  return facets
}

/** Compared towards the backends of both sides; where there are none, as a whole. */
function isMasqueradedOtherwise(from: Fate, to: Fate): boolean {
  const [old, wanted] = [flagsOf(from), flagsOf(to)]
  const common = [...wanted.keys()].filter(key => old.has(key))
  return common.length > 0
    ? common.some(key => old.get(key) !== wanted.get(key))
    : masqueradeState(from).masqueraded !== masqueradeState(to).masqueraded
}

/** Shares by backend, and by verdict of what comes to none. */
const sharesOf = ({ ends }: Fate): ReadonlyMap<string, string> =>
  new Map(ends.map(({ verdict, to, share }) => [to ? backendText(to) : verdict, shareText(share)]))

const flagsOf = ({ ends }: Fate): ReadonlyMap<string, boolean> =>
  new Map(ends.flatMap(({ to, masqueraded }) => (to ? [[backendText(to), masqueraded]] : [])))
