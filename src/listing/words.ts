import type { Foreign } from '../rules/match.js'
import { visible } from '../util/text.js'
import { isObject, listOf, soleMember } from './json.js'

// The words of expressions that only listings hold, as `nft list ruleset` prints them. They are shown to
// people and never loaded: what has no words here is shown as it was listed.

/** The words of an expression that was kept as it was listed. */
export const foreignText = ({ json }: Foreign): string => expressionText(JSON.parse(json))

/** One expression or statement of a listing in nft's words. */
export function expressionText(expression: unknown): string {
  const member = soleMember(expression)
  const text = member && STATEMENTS[member[0]]?.(member[1])
  return visible(text ?? valueText(expression))
}

type Words = (value: unknown) => string | undefined

const field = (value: unknown, name: string): unknown => (isObject(value) ? value[name] : undefined)
const textAt = (value: unknown, name: string): string => valueText(field(value, name))

const STATEMENTS: Readonly<Record<string, Words>> = {
  match: value => {
    const left = textAt(value, 'left')
    const op = field(value, 'op')
    const right = field(value, 'right')
    const words = Array.isArray(right) ? right.map(valueText).join(',') : valueText(right)
    return op === '==' || op === 'in' ? `${left} ${words}` : `${left} ${String(op)} ${words}`
  },
  vmap: value => `${textAt(value, 'key')} vmap ${textAt(value, 'data')}`,
  accept: () => 'accept',
  drop: () => 'drop',
  continue: () => 'continue',
  return: () => 'return',
  jump: value => `jump ${textAt(value, 'target')}`,
  goto: value => `goto ${textAt(value, 'target')}`,
  counter: () => 'counter',
  log: value => {
    const prefix = field(value, 'prefix')
    return prefix === undefined ? 'log' : `log prefix ${JSON.stringify(prefix)}`
  },
  reject: value => {
    const type = field(value, 'type')
    if (type === undefined) return 'reject'
    const code = field(value, 'expr')
    return `reject with ${valueText(type)}${code === undefined ? '' : ` ${valueText(code)}`}`
  },
  snat: natText('snat'),
  dnat: natText('dnat'),
  masquerade: natText('masquerade'),
  redirect: natText('redirect'),
  mangle: value =>
    `${textAt(value, 'key')} set ${textAt(value, 'value').replace(/\b\d{2,}\b/g, inHex)}`,
  limit: value => {
    const burst = field(value, 'burst')
    return [
      'limit rate',
      field(value, 'inv') === true ? 'over' : [],
      `${textAt(value, 'rate')}${field(value, 'rate_unit') ? ` ${textAt(value, 'rate_unit')}` : ''}/${textAt(value, 'per')}`,
      burst === undefined || burst === 0 ? [] : `burst ${valueText(burst)} packets`,
    ]
      .flat()
      .join(' ')
  },
  quota: value =>
    `quota ${field(value, 'inv') === true ? 'over ' : ''}${textAt(value, 'val')} ${textAt(value, 'val_unit')}`,
  'ct count': value =>
    `ct count ${field(value, 'inv') === true ? 'over ' : ''}${textAt(value, 'val')}`,
  set: value => `${textAt(value, 'op')} ${textAt(value, 'set')} { ${textAt(value, 'elem')} }`,
  map: value =>
    `${textAt(value, 'op')} ${textAt(value, 'map')} { ${textAt(value, 'elem')} : ${textAt(value, 'data')} }`,
  notrack: () => 'notrack',
  queue: value =>
    field(value, 'num') === undefined ? 'queue' : `queue to ${textAt(value, 'num')}`,
  tproxy: natText('tproxy'),
  fwd: value => `fwd to ${textAt(value, 'dev')}`,
  dup: value => `dup to ${textAt(value, 'addr')}`,
  flow: value => `flow add ${textAt(value, 'flowtable')}`,
  synproxy: () => 'synproxy',
  'ct helper': value => `ct helper set ${valueText(value)}`,
  'ct timeout': value => `ct timeout set ${valueText(value)}`,
  'ct expectation': value => `ct expectation set ${valueText(value)}`,
  // What iptables has and nft has no words for.
  iptables: value => valueText(value),
  assumed: value => textAt(value, 'text'),
  chance: value => (Array.isArray(value) ? `with a probability of ${value.join('/')}` : undefined),
  xt: value => `xt ${textAt(value, 'type')} ${textAt(value, 'name')}`,
}

/** Masks are read by their digits. */
const inHex = (number: string): string => `0x${Number(number).toString(16)}`

function natText(name: string): Words {
  return value => {
    const addr = field(value, 'addr')
    const port = field(value, 'port')
    const flags = listOf(field(value, 'flags')).map(valueText).join(',')
    const to = addr === undefined ? '' : bracketed(valueText(addr), port !== undefined)
    const target = `${to}${port === undefined ? '' : `:${valueText(port)}`}`
    return [name, target === '' ? [] : `to ${target}`, flags === '' ? [] : flags].flat().join(' ')
  }
}

const bracketed = (addr: string, hasPort: boolean): string =>
  hasPort && addr.includes(':') ? `[${addr}]` : addr

/** The binary operators, as nft prints them. */
const OPERATORS: ReadonlySet<string> = new Set(['&', '|', '^', '<<', '>>'])
/** Values of `meta` that nft prints without the word `meta`. */
const BARE_META: ReadonlySet<unknown> = new Set([
  'iif',
  'iifname',
  'oif',
  'oifname',
  'iifgroup',
  'oifgroup',
  'iiftype',
  'oiftype',
])

/** A value, or an expression that has one. */
function valueText(value: unknown): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return String(value)
  if (Array.isArray(value)) return value.map(valueText).join(' . ')
  const [name, inner] = soleMember(value) ?? []
  if (name === undefined) return JSON.stringify(value)
  if (OPERATORS.has(name) && Array.isArray(inner)) return inner.map(operandText).join(` ${name} `)
  return VALUES[name]?.(inner) ?? STATEMENTS[name]?.(inner) ?? JSON.stringify(value)
}

/** Flags that are combined stand in brackets. */
const operandText = (value: unknown): string =>
  Array.isArray(value) ? `(${value.map(valueText).join(' | ')})` : valueText(value)

const VALUES: Readonly<Record<string, Words>> = {
  meta: value => {
    const key = field(value, 'key')
    return BARE_META.has(key) ? String(key) : `meta ${valueText(key)}`
  },
  payload: value =>
    field(value, 'base') === undefined
      ? `${textAt(value, 'protocol')} ${textAt(value, 'field')}`
      : `@${textAt(value, 'base')},${textAt(value, 'offset')},${textAt(value, 'len')}`,
  ct: value => {
    const dir = field(value, 'dir')
    return `ct ${dir === undefined ? '' : `${valueText(dir)} `}${textAt(value, 'key')}`
  },
  fib: value =>
    `fib ${listOf(field(value, 'flags')).map(valueText).join(' . ')} ${textAt(value, 'result')}`,
  rt: value => `rt ${textAt(value, 'key')}`,
  socket: value => `socket ${textAt(value, 'key')}`,
  osf: value => `osf ${textAt(value, 'key')}`,
  ipsec: value => `ipsec ${textAt(value, 'dir')} ${textAt(value, 'key')}`,
  exthdr: value => `exthdr ${textAt(value, 'name')}`,
  'tcp option': value => `tcp option ${textAt(value, 'name')}`,
  'ip option': value => `ip option ${textAt(value, 'name')}`,
  numgen: value => `numgen ${textAt(value, 'mode')} mod ${textAt(value, 'mod')}`,
  jhash: value => `jhash ${textAt(value, 'expr')} mod ${textAt(value, 'mod')}`,
  symhash: value => `symhash mod ${textAt(value, 'mod')}`,
  prefix: value => `${textAt(value, 'addr')}/${textAt(value, 'len')}`,
  range: value => (Array.isArray(value) ? value.map(valueText).join('-') : undefined),
  concat: value => (Array.isArray(value) ? value.map(valueText).join(' . ') : undefined),
  set: value =>
    Array.isArray(value) ? `{ ${value.map(elementText).join(', ')} }` : elementText(value),
  elem: value => textAt(value, 'val'),
  map: value => `${textAt(value, 'key')} map ${textAt(value, 'data')}`,
}

const elementText = (element: unknown): string =>
  Array.isArray(element) ? element.map(valueText).join(' : ') : valueText(element)
