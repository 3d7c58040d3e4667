import { invariant } from '../../util/errors.js'
import { isObjectChain } from './names.js'
import type { IptablesMatch, IptablesRule } from './rule.js'
import type { IptablesRules, IptablesTable } from './table.js'

/** iptables refuses 29 characters. */
const MAX_CHAIN = 28
/** What is longer is cut by iptables without a word. */
const MAX_COMMENT = 255

/**
 * Holds the rules of a family to what iptables and the kernel ask of them: chains that are declared
 * once and fit, jumps that lead somewhere, no chain of an object that nothing leads to, no verdict on
 * the fate of packets in nat.
 *
 * @throws Error if one does not hold: a bug of the lowering, never of the input
 */
export function checkIptables({ tables }: IptablesRules): void {
  for (const table of tables) checkTable(table)
}

function checkTable(table: IptablesTable): void {
  const { name, chains, removed, builtins } = table
  const declared = new Set<string>()
  for (const chain of [...chains.map(({ name }) => name), ...removed]) {
    invariant(chain.length <= MAX_CHAIN, `name of ${chain.length} characters: ${chain}`)
    invariant(!declared.has(chain), `${name} has two chains ${chain}`)
    declared.add(chain)
  }
  for (const chain of removed) declared.delete(chain)
  const reached = new Set(
    builtins.flatMap(({ jumps }) => jumps.flatMap(jump => targetOf(jump) ?? [])),
  )
  for (const rule of [...table.rules, ...table.lastRules]) {
    invariant(declared.has(rule.chain), `a rule of chain ${rule.chain}, which ${name} lacks`)
    checkRule(rule, table)
    const target = targetOf(rule)
    if (target === undefined) continue
    invariant(declared.has(target), `${rule.chain} leads to missing chain ${target}`)
    reached.add(target)
  }
  for (const { name } of chains) {
    invariant(!isObjectChain(name) || reached.has(name), `nothing leads to chain ${name}`)
  }
}

const targetOf = ({ target }: IptablesRule): string | undefined =>
  target?.kind === 'jump' ? target.chain : undefined

function checkRule({ chain, matches, target }: IptablesRule, { name }: IptablesTable): void {
  for (const match of matches) {
    invariant(lengthOf(match) <= MAX_COMMENT, `comment in ${chain} has over ${MAX_COMMENT} bytes`)
  }
  const isFate = target?.kind === 'drop' || target?.kind === 'reject'
  invariant(name !== 'nat' || !isFate, `${chain} of nat must not ${target?.kind}`)
}

const lengthOf = (match: IptablesMatch): number =>
  match.kind === 'comment' ? Buffer.byteLength(match.text) : 0
