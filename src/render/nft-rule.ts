import { FAMILY } from '../ir/family.js'
import type { Field, Foreign, Match } from '../ir/match.js'
import type { Bucket, RandomChoice, Statement, Verdict } from '../ir/statement.js'
import type { Rule, TableFamily } from '../ir/table.js'
import { assertNever } from '../util/assert-never.js'
import { quote } from '../util/quote.js'
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

function matchText(family: TableFamily, match: Match): string {
  switch (match.kind) {
    case 'address':
      return `${family} ${match.side} ${not(match.negate)}${address(match.cidr)}`
    case 'address-in':
      return `${family} ${match.side} ${not(match.negate)}{ ${match.cidrs.map(address).join(', ')} }`
    case 'in-set':
      return `${keyText(family, match.key)} ${not(match.negate === true)}@${identifier(match.set)}`
    case 'local':
      return `fib ${match.side} type local`
    case 'interface': {
      const name = interfaceName(match.name)
      return `iifname ${not(match.negate)}"${name}${match.prefix ? '*' : ''}"`
    }
    case 'protocol':
      return `meta l4proto ${match.protocol}`
    case 'ct-state-new':
      return 'ct state new'
    case 'ct-status-dnat':
      return 'ct status dnat'
    case 'mark-set':
      return `mark and ${markText(match.mark)} != 0`
    case 'mark-unset':
      return `mark and ${markText(match.mark)} == 0`
    case 'foreign':
      return unrendered(match)
    default:
      return assertNever(match, 'match')
  }
}

function statementText(family: TableFamily, statement: Statement): string {
  switch (statement.kind) {
    case 'drop':
    case 'return':
    case 'jump':
    case 'goto':
      return verdictText(statement)
    case 'reject':
      return 'reject'
    case 'masquerade':
      return 'masquerade fully-random'
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
    case 'foreign':
      return unrendered(statement)
    default:
      return assertNever(statement, 'statement')
  }
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

/** kube-proxy's own spelling of marks: at least six hexadecimal digits. */
const markText = (mark: number): string => `0x${mark.toString(16).padStart(6, '0')}`
