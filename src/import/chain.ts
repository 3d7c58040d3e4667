import type { BaseChain, Chain, Rule } from '../rules/table.js'
import { quote } from '../util/text.js'
import type { JsonObject } from './json.js'
import { ListingError } from './listing-error.js'
import { IMPORTED } from './rule.js'

const TYPES: readonly unknown[] = ['filter', 'nat', 'route'] satisfies BaseChain['type'][]
const HOOKS: readonly unknown[] = [
  'prerouting',
  'input',
  'forward',
  'output',
  'postrouting',
] satisfies BaseChain['hook'][]
const POLICIES: readonly unknown[] = [undefined, 'accept', 'drop']

/** What a chain may have; anything else is foreign to us. */
export const CHAIN: ReadonlySet<string> = new Set([
  'family',
  'table',
  'name',
  'handle',
  'comment',
  'type',
  'hook',
  'prio',
  'policy',
])

/**
 * A chain with its rules.
 *
 * @throws ListingError for a hook that the families of tables here do not have
 */
export function chainOf(
  name: string,
  object: JsonObject,
  comment: string | undefined,
  rules: readonly Rule[],
): Chain {
  const base = object.hook === undefined ? {} : { base: baseOf(name, object) }
  return {
    name,
    ...(comment === undefined ? {} : { comment }),
    ...base,
    rules,
    origin: IMPORTED,
  }
}

function baseOf(name: string, { type, hook, prio, policy }: JsonObject): BaseChain {
  const isKnown = TYPES.includes(type) && HOOKS.includes(hook) && POLICIES.includes(policy)
  if (!isKnown || !Number.isInteger(prio)) {
    const found = quote({ type, hook, prio, policy })
    throw new ListingError(`has a base chain ${quote(name)} of an unknown kind: ${found}`)
  }
  return {
    type: type as BaseChain['type'],
    hook: hook as BaseChain['hook'],
    priority: prio as number,
    ...(policy === 'drop' ? { policy } : {}),
  }
}
