import type { Match } from '../rules/match.js'
import type { Statement } from '../rules/statement.js'
import type { Origin, Rule } from '../rules/table.js'
import { quote } from '../util/text.js'
import { soleMember, withOnly } from './json.js'
import { ListingError } from './listing-error.js'
import { matchOf } from './match.js'
import { foreign, type Scope } from './scope.js'
import { statementOf } from './statement.js'

/** The origin of everything that a listing holds. */
export const IMPORTED: Origin = { concern: 'imported' }

const XT = new Set(['type', 'name'] as const)

/** A comment by iptables-nft, as Docker and the kubelet put on their rules: it fits every packet. */
function isXtComment(name: string, value: unknown): boolean {
  const xt = name === 'xt' ? withOnly(value, XT) : undefined
  return xt?.type === 'match' && xt.name === 'comment'
}

/**
 * A rule from its expressions. What our vocabulary has no word for is kept as it is; a match behind a
 * statement is a statement too, since a rule here tests first and acts then.
 *
 * @throws ListingError if an expression has not the form of one
 */
export function ruleOf(
  expressions: readonly unknown[],
  comment: string | undefined,
  scope: Scope,
): Rule {
  const matches: Match[] = []
  const statements: Statement[] = []
  for (const expression of expressions) {
    const member = soleMember(expression)
    if (member === undefined) {
      throw new ListingError(`has an expression that is none of nft's: ${quote(expression)}`)
    }
    const [name, value] = member
    if (isXtComment(name, value)) continue
    if (name !== 'match') {
      statements.push(statementOf(name, value, scope) ?? foreign(expression))
    } else if (statements.length === 0) {
      matches.push(matchOf(value, scope) ?? foreign(expression))
    } else {
      const match = matchOf(value, scope)
      statements.push(match ? { kind: 'match', match } : foreign(expression))
    }
  }
  return { matches, statements, ...(comment === undefined ? {} : { comment }), origin: IMPORTED }
}
