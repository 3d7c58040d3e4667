import type { Verdict } from '../rules/statement.js'
import { soleMember, withOnly } from './json.js'
import { chainNamed, type Scope } from './scope.js'

const TARGET = new Set(['target'] as const)

/** A verdict of our vocabulary, from its name and value in JSON; others are undefined. */
export function verdictOf(
  name: string,
  value: unknown,
  chains: Scope['chains'],
): Verdict | undefined {
  switch (name) {
    case 'drop':
    case 'accept':
    case 'return':
      return value === null ? { kind: name } : undefined
    case 'jump':
    case 'goto': {
      const chain = chainNamed(withOnly(value, TARGET)?.target, chains)
      return chain === undefined ? undefined : { kind: name, chain }
    }
    default:
      return undefined
  }
}

/** A verdict as the value of a map element. */
export function verdictValue(value: unknown, chains: Scope['chains']): Verdict | undefined {
  const member = soleMember(value)
  return member && verdictOf(member[0], member[1], chains)
}
