import type { Family } from '../../address/address.js'
import { type Claim, sameFate } from '../../traffic/packet.js'
import { groupBy } from '../../util/collections.js'
import { type Facet, facetsOf } from './classify.js'
import { clientSets } from './client-sets.js'
import { CLIENT_CLASSES, type Worlds } from './clients.js'
import { type ClaimDifference, compareWorlds, type Scope, type WorldsDiff } from './compare.js'
import { CHANGE_KIND_NAMES, type ChangeKind } from './kinds.js'
import type { Passage } from './passage.js'
import { inFewWords } from './region-words.js'
import { EVERYTHING } from './regions.js'
import type { Change, Item, Target } from './report.js'
import type { SelfDifference } from './selves.js'
import { wholeState } from './states.js'
import { ANY_OWN_ADDRESS } from './world.js'

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
