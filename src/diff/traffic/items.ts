import type { Family } from '../../address/address.js'
import type { DiffHash } from '../../generated/reports.gen.js'
import {
  backendText,
  type Claim,
  type End,
  type Fate,
  type FateHash,
  type Fraction,
  movedShare,
  reaches,
  sameFate,
} from '../../traffic/packet.js'
import { groupBy } from '../../util/collections.js'
import {
  ANY_OWN_ADDRESS,
  CLIENT_CLASSES,
  type Client,
  EVERYTHING,
  type Passage,
  type Region,
  type Worlds,
} from './clients.js'
import {
  type ClaimDifference,
  compareWorlds,
  type Scope,
  type SelfDifference,
  type WorldsDiff,
} from './compare.js'
import {
  type BackendShare,
  CHANGE_KIND_NAMES,
  type Change,
  type ChangeKind,
  type ClientSet,
  type Item,
  inFewWords,
  type State,
  type Target,
} from './report.js'

/** Everything that two worlds of one family do differently, target by target. */
export function itemsOf(worlds: Worlds, scope?: Scope): readonly Item[] {
  const { family } = worlds.after
  const diff = compareWorlds(worlds, scope)
  return [
    ...diff.claims.map(one => claimItem(one, family)),
    ...diff.addresses.map(({ ip, owner, passages }) => ({
      owner,
      target: { type: 'other-ports', family, address: ip } as const,
      changes: changesOf(passages, guardFacets, family),
    })),
    ...networkItems(diff, family),
    ...nodePortItems(diff, family),
  ]
}

function claimItem(difference: ClaimDifference, family: Family): Item {
  const { before, after, passages, selves } = difference
  const claim = after ?? before
  const known = {
    destination: claim?.destination,
    owner: after?.owner ?? before?.owner,
    kind: after?.kind ?? before?.kind,
  }
  return {
    owner: known.owner,
    target: targetOf(known as Claim, family),
    changes: [
      ...changesOf(passages, passage => facetsOf(difference, passage), family),
      ...selfChanges(selves),
    ].sort(compareChanges),
  }
}

function targetOf({ destination, kind }: Claim, family: Family): Target {
  const { at, protocol, port } = destination
  if (at === 'node') return { type: 'node-port', family, protocol, port }
  const type = kind === undefined || kind === 'node-port' ? 'address' : kind
  return { type, family, address: at, protocol, port }
}

/** By kind, then by class of client. */
const compareChanges = (a: Change, b: Change): number =>
  CHANGE_KIND_NAMES.indexOf(a.kind) - CHANGE_KIND_NAMES.indexOf(b.kind) ||
  classRank(a) - classRank(b)

const classRank = ({ clients: [first] }: Change): number =>
  first ? CLIENT_CLASSES.indexOf(first.class) : -1

const guardFacets = ({ from, to }: Passage): readonly Facet[] =>
  sameFate(from, to) ? [] : [{ kind: 'guard', from: wholeState(from), to: wholeState(to) }]

/** Facets with the clients that see them. */
function changesOf(
  passages: readonly Passage[],
  facets: (passage: Passage) => readonly Facet[],
  family: Family,
): readonly Change[] {
  const all = passages.map(({ client }) => client)
  const seen = passages.flatMap(passage =>
    facets(passage).map(facet => ({ facet, client: passage.client })),
  )
  const alike = groupBy(seen, ({ facet }) => JSON.stringify(facet))
  return [...alike.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { kind, from, to } = first.facet
    const clients = clientSets(new Set(group.map(({ client }) => client)), all, family)
    return { kind, clients, from, to }
  })
}

/** Backends that see their own address, or no more, where they send to themselves. */
function selfChanges(selves: readonly SelfDifference[]): readonly Change[] {
  const alike = groupBy(selves, one => JSON.stringify([one.class, one.from, one.to]))
  return [...alike.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const backends = group.map(({ backend }) => ({ address: backend }))
    const state = (flag: boolean) =>
      ({ masqueraded: flag ? 'all' : 'none', toItself: true, backends }) as const
    return {
      kind: 'masquerade' as const,
      clients: [{ class: first.class, only: group.map(({ source }) => source) }],
      from: state(first.from),
      to: state(first.to),
    }
  })
}

/** Regions of addresses with the same changes are one. */
function networkItems({ networks }: WorldsDiff, family: Family): readonly Item[] {
  const found = networks.map(({ region, passages }) => {
    const changes = changesOf(passages, guardFacets, family)
    return { region, changes, key: JSON.stringify(changes) }
  })
  return [...groupBy(found, ({ key }) => key)].flatMap(([key, group]) => {
    const changes = group[0]?.changes ?? []
    if (changes.length === 0) return []
    const inside = group.map(({ region }) => region)
    const outside = found.flatMap(one => (one.key === key ? [] : one.region))
    const { only = [EVERYTHING[family]], except } = inFewWords(inside, outside, family)
    const cidrs = { cidrs: only, ...(except ? { except } : {}) }
    return { owner: undefined, target: { type: 'unallocated', family, ...cidrs }, changes }
  })
}

function nodePortItems({ nodePortsAt }: WorldsDiff, family: Family): readonly Item[] {
  if (nodePortsAt === undefined) return []
  const { from, to } = nodePortsAt
  const all = <T>(some: readonly T[], others: readonly T[]): boolean =>
    some.every(one => others.includes(one))
  const kind: ChangeKind = all(from, to) ? 'exposed' : all(to, from) ? 'restricted' : 'guard'
  const state = (ips: readonly string[]) => ({
    addresses: ips.map(ip => (ip === ANY_OWN_ADDRESS[family] ? 'any other' : ip)),
  })
  return [
    {
      owner: undefined,
      target: { type: 'node-port-addresses', family },
      changes: [{ kind, clients: [], from: state(from), to: state(to) }],
    },
  ]
}

/** One facet of what a client sees. */
export interface Facet {
  readonly kind: ChangeKind
  readonly from: State
  readonly to: State
}

/** What is different for one client, in terms that do not depend on it. */
function facetsOf(difference: ClaimDifference, { from, to }: Passage): readonly Facet[] {
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
  if (from.hash || to.hash) facets.push(...hashFacets(from, to))
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

const shareText = ({ numerator, denominator }: Fraction): string =>
  denominator === 1 ? String(numerator) : `${numerator}/${denominator}`

const VERDICTS = {
  backend: 'backends',
  pass: 'untouched',
  drop: 'dropped',
  reject: 'refused',
} as const satisfies Record<End['verdict'], State['verdict']>

/** Everything that a fate says. */
function wholeState(fate: Fate): State {
  const state = backendsState(fate)
  if (state.verdict !== 'backends') return state
  const { affinitySeconds, hash } = fate
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
    ...(hash === undefined ? {} : hashState(hash)),
  }
}

/** Where flows go and in which shares. */
function backendsState({ ends }: Fate): State {
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
function masqueradeState({ ends }: Fate): State {
  const towards = ends.flatMap(({ to, masqueraded }): BackendShare | [] =>
    to === undefined ? [] : { address: backendText(to), masqueraded },
  )
  if (towards.every(one => !one.masqueraded)) return { masqueraded: 'none' }
  if (towards.every(one => one.masqueraded)) return { masqueraded: 'all' }
  return { masqueraded: 'some', backends: towards }
}

/** Clients that come to another backend, also where backends and shares are the same. */
function hashFacets({ hash: from }: Fate, { hash: to }: Fate): readonly Facet[] {
  const moved = from && to && movedShare(from, to)
  if (moved?.numerator === 0 && from?.modulus === to?.modulus) return []
  const state = { ...hashState(to), ...(moved === undefined ? {} : { moved: shareText(moved) }) }
  return [{ kind: 'hash', from: hashState(from), to: state }]
}

const hashState = (hash: FateHash | undefined): State => ({
  hash:
    hash === undefined
      ? { by: 'none' }
      : { by: HASHED_BY[hash.fields.join(' ')] ?? 'other', buckets: hash.modulus },
})

/** What is hashed, in the words of the annotation. */
const HASHED_BY: Readonly<Record<string, DiffHash['by']>> = {
  saddr: 'source-ip',
  'saddr tcp-sport': 'source-ip-port',
  'saddr udp-sport': 'source-ip-port',
  'saddr sctp-sport': 'source-ip-port',
}

const affinityState = ({ affinitySeconds = 0 }: Fate): State => ({ affinitySeconds })

/** Names some clients of all there are, in as few words as they allow. */
function clientSets(
  some: ReadonlySet<Client>,
  all: readonly Client[],
  family: Family,
): readonly ClientSet[] {
  const byClass = groupBy(all, client => client.class)
  return CLIENT_CLASSES.flatMap(name => {
    const members = byClass.get(name) ?? []
    const seen = members.filter(client => some.has(client))
    if (seen.length === 0) return []
    if (seen.length === members.length) return { class: name }
    if (name === 'node') return { class: name, only: seen.map(({ saddr }) => saddr.after) }
    return partsOf(seen, members, family)
  })
}

/** Sources by the interface that they come in by, where that makes a difference. */
function partsOf(
  seen: readonly Client[],
  members: readonly Client[],
  family: Family,
): readonly ClientSet[] {
  const byInterface = groupBy(members, client => client.inputInterface)
  const of = (client: Client): boolean => seen.includes(client)
  return [...byInterface].flatMap(([name, clients]) => {
    const inside = clients.filter(of)
    const [first] = inside
    if (first === undefined) return []
    const via = byInterface.size > 1 && name !== undefined ? { interface: name } : {}
    if (inside.length === clients.length) return { class: first.class, ...via }
    const regions = (list: readonly Client[]): readonly Region[] =>
      list.flatMap(({ region }) => region ?? [])
    const outside = regions(clients.filter(client => !of(client)))
    const { only, except } = inFewWords(regions(inside), outside, family)
    return {
      class: first.class,
      ...(only ? { only } : {}),
      ...(except ? { except } : {}),
      ...via,
    }
  })
}
