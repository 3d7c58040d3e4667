import { FAMILY } from '../rules/build.js'
import type { Field, Foreign, ListedMatch, MarkOf, Match, Range } from '../rules/match.js'
import type {
  Bucket,
  ListedStatement,
  MasqueradeFlag,
  PacketHash,
  RandomChoice,
  RejectAnswer,
  Statement,
  Verdict,
} from '../rules/statement.js'
import type { Rule, TableFamily } from '../rules/table.js'
import { assertNever } from '../util/errors.js'
import { quote } from '../util/text.js'
import { address, comment, identifier, interfaceName, word } from './safe.js'

/**
 * One rule in nft's words.
 *
 * @param foreign the words of other people's expressions, where a rule is only to be shown
 */
export function ruleText(
  family: TableFamily,
  rule: Rule,
  foreign: (expression: Foreign) => string = unrendered,
): string {
  const words = [
    ...rule.matches.map(one => (one.kind === 'foreign' ? foreign(one) : matchText(family, one))),
    ...rule.statements.map(one =>
      one.kind === 'foreign' ? foreign(one) : statementText(family, one),
    ),
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
    case 'dnat-hash': {
      const { hash, choice } = statement
      const number = hashText(family, hash, choice.modulus)
      const body = bucketsText(choice.buckets, ({ ip, port }) => `${address(ip)} . ${port}`)
      return `dnat ${family} addr . port to ${number} map ${body}`
    }
    case 'dnat-hash-map': {
      const { key, hash, modulus, map } = statement
      const number = hashText(family, hash, modulus)
      return `dnat ${family} to ${keyText(family, key)} . ${number} map @${identifier(map)}`
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
  'tcp-sport': () => 'tcp sport',
  'udp-sport': () => 'udp sport',
  'sctp-sport': () => 'sctp sport',
}

/** A key of several fields, as rules write it. */
export const keyText = (family: TableFamily, key: readonly Field[]): string =>
  key.map(field => FIELD[field](family)).join(' . ')

function choiceText<T>(
  { modulus, buckets }: RandomChoice<T>,
  valueText: (value: T) => string,
): { head: string; body: string } {
  return { head: `numgen random mod ${modulus}`, body: bucketsText(buckets, valueText) }
}

function bucketsText<T>(buckets: readonly Bucket<T>[], valueText: (value: T) => string): string {
  const element = ({ from, to, value }: Bucket<T>): string =>
    `${from === to ? from : `${from}-${to}`} : ${valueText(value)}`
  return `{ ${buckets.map(element).join(', ')} }`
}

/** The seed in the digits that nft lists it with. */
const hashText = (family: TableFamily, { fields, seed }: PacketHash, modulus: number): string =>
  `jhash ${keyText(family, fields)} mod ${modulus} seed 0x${seed.toString(16)}`

const not = (negate: boolean): string => (negate ? '!= ' : '')

// The words of rules that nothing here makes: they are shown, and loaded in tests alone.

/** A test in two parts: what is looked at, and what it shall be. */
export interface TestWords {
  readonly left: string
  readonly right: string
  readonly negate?: boolean
}

/** A test of other people's rules in nft's words. */
function listedWords(family: TableFamily, match: ListedMatch): TestWords {
  const { negate } = match
  switch (match.kind) {
    case 'port':
      return { left: `${match.protocol} dport`, right: oneOf(match.ranges.map(rangeText)), negate }
    case 'protocol-in': {
      const left = match.header ? FAMILY[family].protocolField : 'meta l4proto'
      return { left, right: oneOf(match.protocols.map(word)), negate }
    }
    case 'interface-in':
      return { left: match.side, right: oneOf(match.names.map(nameText)), negate }
    case 'ct-state':
      return negate
        ? { left: 'ct state', right: oneOf(match.states), negate }
        : { left: 'ct state', right: match.states.join(',') }
    case 'mark-is': {
      const { of, mask, value } = match
      if (mask === undefined) return { left: MARK[of], right: markText(value), negate }
      // A zero behind a mask must be compared in words: without, nft reads a test of its bits.
      const left = `${MARK[of]} and ${markText(mask)}`
      return { left, right: `${negate ? '!=' : '=='} ${markText(value)}` }
    }
    case 'family':
      return { left: 'meta nfproto', right: match.family, negate }
    default:
      return assertNever(match, 'match')
  }
}

const MARK: Readonly<Record<MarkOf, string>> = { packet: 'meta mark', connection: 'ct mark' }

const oneOf = (values: readonly string[]): string =>
  values.length === 1 ? (values[0] ?? '') : `{ ${values.join(', ')} }`

const rangeText = ({ from, to }: Range): string => (from === to ? String(from) : `${from}-${to}`)

const nameText = (name: string): string =>
  name.endsWith('*') ? `"${interfaceName(name.slice(0, -1))}*"` : `"${interfaceName(name)}"`

/** kube-proxy's own spelling of marks: at least six hexadecimal digits. */
const markText = (mark: number): string => `0x${mark.toString(16).padStart(6, '0')}`

/** A statement of other people's rules, those that hold tests or verdicts left out. */
function listedStatementText(
  statement: Exclude<ListedStatement, { kind: 'match' | 'vmap-cases' }>,
): string {
  switch (statement.kind) {
    case 'counter':
      return statement.name === undefined ? 'counter' : `counter name ${identifier(statement.name)}`
    case 'log': {
      const { prefix, level, group } = statement
      return [
        'log',
        prefix === undefined ? [] : `prefix "${comment(prefix)}"`,
        level === undefined ? [] : `level ${word(level)}`,
        group === undefined ? [] : `group ${group}`,
      ]
        .flat()
        .join(' ')
    }
    case 'mark-set-to': {
      const { of, from, and, or } = statement
      if (from === undefined) return `${MARK[of]} set ${markText(or)}`
      const kept = and === ALL_BITS ? '' : ` and ${markText(and)}`
      return `${MARK[of]} set ${MARK[from]}${kept}${or === 0 ? '' : ` or ${markText(or)}`}`
    }
    default:
      return assertNever(statement, 'statement')
  }
}

const ALL_BITS = 2 ** 32 - 1

/** `reject`, with what the sender is told. */
function rejectText(answer: RejectAnswer | undefined): string {
  if (answer === undefined) return 'reject'
  return answer.type === 'tcp reset'
    ? 'reject with tcp reset'
    : `reject with ${answer.type} ${word(answer.code)}`
}

/** `masquerade` with its flags; none said stand for kube-proxy's own. */
const masqueradeText = (flags: readonly MasqueradeFlag[] = ['fully-random']): string =>
  ['masquerade', flags.join(',')].filter(part => part !== '').join(' ')
