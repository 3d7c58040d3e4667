import { refsOf } from '../../rules/check.js'
import type { Field, Match } from '../../rules/match.js'
import type { Statement } from '../../rules/statement.js'
import type { Chain, ElementSet, Table } from '../../rules/table.js'
import type { InterfaceTest, Source } from './world.js'

/** A look-up in a verdict map, whose chains depend on the packet. */
export type VmapLookup = Pick<Extract<Statement, { kind: 'vmap' }>, 'map' | 'key'>
/** A look-up in a set by the source beside other parts of a packet. */
export interface SetLookup {
  readonly set: string
  readonly key: readonly Field[]
}

/** What rules ask of packets, and where they send them. */
export interface ChainFacts {
  readonly matches: readonly Match[]
  /** Sources that rules name, but for those of endpoints that send to themselves. */
  readonly sources: readonly Source[]
  readonly destinations: readonly string[]
  readonly interfaces: readonly InterfaceTest[]
  readonly sets: readonly SetLookup[]
  readonly vmaps: readonly VmapLookup[]
  readonly backends: readonly string[]
  readonly selves: readonly string[]
}

/** A collector of what chains ask for, those that they lead to among them, look-ups left open. */
export function chainFacts(table: Table): (from: readonly string[]) => ChainFacts {
  const chains = new Map(table.chains.map(chain => [chain.name, chain]))
  // What packets put into a set themselves is the same for all.
  const sets = new Map(
    table.sets.flatMap(set => (set.timeout === undefined ? [[set.name, set] as const] : [])),
  )
  const known = new Map<string, ChainFacts>()
  const own = (chain: Chain): ChainFacts => {
    const facts = known.get(chain.name) ?? chainFactsOf(chain, sets)
    known.set(chain.name, facts)
    return facts
  }
  return from => {
    const seen = new Set(from)
    const found: ChainFacts[] = []
    for (const name of seen) {
      const chain = chains.get(name)
      if (chain === undefined) continue
      found.push(own(chain))
      for (const rule of chain.rules) for (const next of refsOf(rule).chains) seen.add(next)
    }
    return joined(found)
  }
}

function joined(facts: readonly ChainFacts[]): ChainFacts {
  const [only] = facts
  if (only !== undefined && facts.length === 1) return only
  return {
    matches: facts.flatMap(({ matches }) => matches),
    sources: facts.flatMap(({ sources }) => sources),
    destinations: facts.flatMap(({ destinations }) => destinations),
    interfaces: facts.flatMap(({ interfaces }) => interfaces),
    sets: facts.flatMap(({ sets }) => sets),
    vmaps: facts.flatMap(({ vmaps }) => vmaps),
    backends: facts.flatMap(({ backends }) => backends),
    selves: facts.flatMap(({ selves }) => selves),
  }
}

function chainFactsOf({ rules }: Chain, sets: ReadonlyMap<string, ElementSet>): ChainFacts {
  const statements = rules.flatMap(rule => rule.statements)
  const matches = rules.flatMap(rule => [...rule.matches, ...rule.statements.flatMap(testsOf)])
  const backends = statements.flatMap(backendsOf)
  const asked = matches.flatMap(match => addressesOf(match, 'saddr'))
  const ofSets = matches.flatMap(match =>
    match.kind === 'in-set' && match.key.length === 1 && match.key[0] === 'saddr'
      ? (sets.get(match.set)?.elements ?? []).flatMap(({ key }) => key)
      : [],
  )
  return {
    matches,
    sources: [...asked, ...ofSets].filter(one => !backends.includes(one)) as Source[],
    destinations: matches.flatMap(match => addressesOf(match, 'daddr')),
    interfaces: matches.flatMap(interfacesOf),
    sets: matches.flatMap(match =>
      match.kind === 'in-set' && match.key.length > 1 && match.key.includes('saddr') ? match : [],
    ),
    vmaps: statements.flatMap(one => (one.kind === 'vmap' ? one : [])),
    backends,
    selves: asked.filter(one => backends.includes(one)),
  }
}

/** The tests within a statement. */
function testsOf(statement: Statement): readonly Match[] {
  switch (statement.kind) {
    case 'match':
      return [statement.match]
    case 'vmap-cases':
      return statement.cases.map(({ match }) => match)
    default:
      return []
  }
}

function addressesOf(match: Match, side: 'saddr' | 'daddr'): readonly string[] {
  if (match.kind === 'address') return match.side === side ? [match.cidr] : []
  return match.kind === 'address-in' && match.side === side ? match.cidrs : []
}

function interfacesOf(match: Match): readonly InterfaceTest[] {
  if (match.kind === 'interface') return [{ name: match.name, prefix: match.prefix }]
  if (match.kind !== 'interface-in' || !match.side.startsWith('iif')) return []
  return match.names.map(name =>
    name.endsWith('*') ? { name: name.slice(0, -1), prefix: true } : { name, prefix: false },
  )
}

function backendsOf(statement: Statement): readonly string[] {
  if (statement.kind === 'dnat') return [statement.to.ip]
  if (statement.kind !== 'dnat-random') return []
  return statement.choice.buckets.map(({ value }) => value.ip)
}
