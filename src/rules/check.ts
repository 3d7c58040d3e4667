import { assertNever, invariant } from '../util/errors.js'
import type { Match } from './match.js'
import type { Statement, Verdict } from './statement.js'
import type { Rule, Table } from './table.js'

const MAX_NAME = 255

/**
 * Holds a table to what the kernel asks of it: unique names that fit, references that resolve, no
 * chain of a service port that nothing leads to, one value for a key.
 *
 * @throws Error if one does not hold: a bug of the lowering, never of the input
 */
export function checkTable(table: Table): void {
  const chains = new Set<string>()
  for (const { name } of table.chains) claim(chains, name)
  const sets = new Set<string>()
  for (const { name } of [...table.sets, ...table.maps, ...table.endpointMaps]) claim(sets, name)
  for (const { name, elements } of [...table.sets, ...table.maps, ...table.endpointMaps]) {
    const keys = new Set(elements.map(({ key }) => key.join(' ')))
    invariant(keys.size === elements.length, `${name} holds a key twice`)
  }
  const reached = checkReferences(table, chains, sets)
  for (const { name, origin } of table.chains) {
    // The fixed chains stand whether needed or not; one of a service port is there for traffic.
    invariant(origin.port === undefined || reached.has(name), `nothing leads to chain ${name}`)
  }
}

function claim(names: Set<string>, name: string): void {
  invariant(name.length <= MAX_NAME, `name of ${name.length} characters: ${name}`)
  invariant(!names.has(name), `two objects are named ${name}`)
  names.add(name)
}

/** Every chain that something leads to. */
function checkReferences(
  table: Table,
  chains: ReadonlySet<string>,
  sets: ReadonlySet<string>,
): ReadonlySet<string> {
  const reached = new Set<string>()
  const reach = (chain: string, from: string): void => {
    invariant(chains.has(chain), `${from} leads to missing chain ${chain}`)
    reached.add(chain)
  }
  for (const map of table.maps) {
    for (const { verdict } of map.elements) {
      const chain = chainOf(verdict)
      if (chain !== undefined) reach(chain, map.name)
    }
  }
  for (const chain of table.chains) {
    for (const rule of chain.rules) {
      const refs = refsOf(rule)
      for (const target of refs.chains) reach(target, chain.name)
      for (const set of refs.sets) {
        invariant(sets.has(set), `${chain.name} looks into missing set or map ${set}`)
      }
    }
  }
  return reached
}

/** The other objects of its table that a rule names. */
export interface Refs {
  readonly chains: readonly string[]
  /** Named sets and maps. */
  readonly sets: readonly string[]
}

/** Every chain, set and map that a rule refers to. */
export function refsOf(rule: Rule): Refs {
  const chains: string[] = []
  const sets: string[] = []
  for (const match of rule.matches) sets.push(...setsOfMatch(match))
  for (const statement of rule.statements) collect(statement, chains, sets)
  return { chains, sets }
}

/** The chain that a verdict leads to, if any. */
export const chainOf = (verdict: Verdict): string | undefined =>
  'chain' in verdict ? verdict.chain : undefined

const setsOfMatch = (match: Match): readonly string[] =>
  match.kind === 'in-set' ? [match.set] : []

function collect(statement: Statement, chains: string[], sets: string[]): void {
  switch (statement.kind) {
    case 'jump':
    case 'goto':
      chains.push(statement.chain)
      return
    case 'vmap':
    case 'dnat-map':
    case 'dnat-hash-map':
      sets.push(statement.map)
      return
    case 'update-set':
      sets.push(statement.set)
      return
    case 'vmap-random':
      for (const { value } of statement.choice.buckets) {
        const chain = chainOf(value)
        if (chain !== undefined) chains.push(chain)
      }
      return
    case 'vmap-cases':
      for (const { match, verdict } of statement.cases) {
        sets.push(...setsOfMatch(match))
        const chain = chainOf(verdict)
        if (chain !== undefined) chains.push(chain)
      }
      return
    case 'match':
      sets.push(...setsOfMatch(statement.match))
      return
    case 'drop':
    case 'accept':
    case 'return':
    case 'reject':
    case 'masquerade':
    case 'mark-or':
    case 'mark-xor':
    case 'mark-set-to':
    case 'counter':
    case 'log':
    case 'dnat':
    case 'dnat-random':
    case 'dnat-hash':
    case 'foreign':
      return
    default:
      assertNever(statement, 'statement')
  }
}
