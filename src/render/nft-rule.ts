import { FAMILY } from '../rules/build.js'
import type { Field, Foreign, Match } from '../rules/match.js'
import type { Bucket, RandomChoice, Statement, Verdict } from '../rules/statement.js'
import type { Rule, TableFamily } from '../rules/table.js'
import { assertNever } from '../util/errors.js'
import { quote } from '../util/text.js'
import {
  listedStatementText,
  listedWords,
  markText,
  masqueradeText,
  rejectText,
  type TestWords,
} from './nft-listed.js'
import { address, comment, identifier, interfaceName } from './safe.js'

/** One rule in nft's words. */
export function ruleText(family: TableFamily, rule: Rule): string {
  const words = [
    ...rule.matches.map(match => matchText(family, match)),
    ...rule.statements.map(statement => statementText(family, statement)),
  ]
  if (rule.comment !== undefined) words.push(`comment "${comment(rule.comment)}"`)
  return words.join(' ')
}

/** A verdict as the value of a map element or the end of a rule. */
export const verdictText = (verdict: Verdict): string =>
  'chain' in verdict ? `${verdict.kind} ${identifier(verdict.chain)}` : verdict.kind

/** A test in nft's words. */
export function matchText(family: TableFamily, match: Match): string {
  const { left, right, negate = false } = testWords(family, match)
  return `${left} ${not(negate)}${right}`
}

function testWords(family: TableFamily, match: Match): TestWords {
  switch (match.kind) {
    case 'address': {
      const { side, negate, cidr } = match
      return { left: `${family} ${side}`, right: address(cidr), negate }
    }
    case 'address-in': {
      const { side, negate, cidrs } = match
      return { left: `${family} ${side}`, right: `{ ${cidrs.map(address).join(', ')} }`, negate }
    }
    case 'in-set': {
      const { key, set, negate = false } = match
      return { left: keyText(family, key), right: `@${identifier(set)}`, negate }
    }
    case 'local':
      return { left: `fib ${match.side} type`, right: 'local', negate: match.negate === true }
    case 'interface': {
      const name = `"${interfaceName(match.name)}${match.prefix ? '*' : ''}"`
      return { left: 'iifname', right: name, negate: match.negate }
    }
    case 'protocol':
      return { left: 'meta l4proto', right: match.protocol }
    case 'ct-state-new':
      return { left: 'ct state', right: 'new' }
    case 'ct-status-dnat':
      return { left: 'ct status', right: 'dnat' }
    case 'mark-set':
      return { left: `mark and ${markText(match.mark)}`, right: '0', negate: true }
    case 'mark-unset':
      return { left: `mark and ${markText(match.mark)}`, right: '== 0' }
    case 'port':
    case 'protocol-in':
    case 'interface-in':
    case 'ct-state':
    case 'mark-is':
    case 'family':
      return listedWords(family, match)
    case 'foreign':
      return unrendered(match)
    default:
      return assertNever(match, 'match')
  }
}

function statementText(family: TableFamily, statement: Statement): string {
  switch (statement.kind) {
    case 'drop':
    case 'accept':
    case 'return':
    case 'jump':
    case 'goto':
      return verdictText(statement)
    case 'reject':
      return rejectText(statement.answer)
    case 'masquerade':
      return masqueradeText(statement.flags)
    case 'mark-or':
      return `mark set mark or ${markText(statement.mark)}`
    case 'mark-xor':
      return `mark set mark xor ${markText(statement.mark)}`
    case 'vmap':
      return `${keyText(family, statement.key)} vmap @${identifier(statement.map)}`
    case 'dnat': {
      const { ip, port } = statement.to
      return `dnat to ${FAMILY[family].socket(address(ip), port)}`
    }
    case 'dnat-random': {
      const choice = choiceText(statement.choice, ({ ip, port }) => `${address(ip)} . ${port}`)
      return `dnat ${family} addr . port to ${choice.head} map ${choice.body}`
    }
    case 'dnat-map': {
      const key = `${keyText(family, statement.key)} . numgen random mod ${statement.modulus}`
      return `dnat ${family} to ${key} map @${identifier(statement.map)}`
    }
    case 'vmap-random': {
      const choice = choiceText(statement.choice, verdictText)
      return `${choice.head} vmap ${choice.body}`
    }
    case 'update-set':
      return `update @${identifier(statement.set)} { ${keyText(family, statement.key)} }`
    case 'match':
      return matchText(family, statement.match)
    case 'counter':
    case 'log':
    case 'mark-set-to':
      return listedStatementText(statement)
    case 'vmap-cases':
      return casesText(family, statement)
    case 'foreign':
      return unrendered(statement)
    default:
      return assertNever(statement, 'statement')
  }
}

/** All cases look at the same. */
function casesText(
  family: TableFamily,
  { cases }: Extract<Statement, { kind: 'vmap-cases' }>,
): string {
  const words = cases.map(({ match, verdict }) => ({ ...testWords(family, match), verdict }))
  const values = words.map(({ right, verdict }) => `${right} : ${verdictText(verdict)}`)
  return `${words[0]?.left ?? ''} vmap { ${values.join(', ')} }`
}

/** Nobody vouches for other people's expressions: what is written is what was compiled. */
function unrendered({ json }: Foreign): never {
  throw new Error(`internal error: an expression of a listing is to be rendered: ${quote(json)}`)
}

const FIELD: Readonly<Record<Field, (family: TableFamily) => string>> = {
  saddr: family => `${family} saddr`,
  daddr: family => `${family} daddr`,
  l4proto: () => 'meta l4proto',
  dport: () => 'th dport',
  'tcp-dport': () => 'tcp dport',
  'udp-dport': () => 'udp dport',
  'sctp-dport': () => 'sctp dport',
}

/** A key of several fields, as rules write it. */
export const keyText = (family: TableFamily, key: readonly Field[]): string =>
  key.map(field => FIELD[field](family)).join(' . ')

function choiceText<T>(
  { modulus, buckets }: RandomChoice<T>,
  valueText: (value: T) => string,
): { head: string; body: string } {
  const element = ({ from, to, value }: Bucket<T>): string =>
    `${from === to ? from : `${from}-${to}`} : ${valueText(value)}`
  const body = `{ ${buckets.map(element).join(', ')} }`
  return { head: `numgen random mod ${modulus}`, body }
}

const not = (negate: boolean): string => (negate ? '!= ' : '')
