import { assertNever } from '../util/errors.js'
import type { Match } from './match.js'
import type { Statement, Verdict } from './statement.js'
import type { Rule } from './table.js'

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
    case 'foreign':
      return
    default:
      assertNever(statement, 'statement')
  }
}
