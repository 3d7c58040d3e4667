import { familyOf, type Ip, parseIp } from '../../address/address.js'
import {
  isObject,
  type JsonObject,
  listOf,
  memberNamed,
  partsOf,
  soleMember,
} from '../../listing/json.js'
import { expressionText } from '../../listing/words.js'
import type { Foreign } from '../../rules/match.js'
import type { Verdict } from '../../rules/statement.js'
import { type Fraction, fraction, times } from '../packet.js'
import {
  type Answer,
  comparisonHolds,
  elementKey,
  fits,
  type Value,
  valueIn,
} from './expression.js'
import { type Flow, sentTo } from './flow.js'
import {
  askedOf,
  type Exit,
  end,
  moveOf,
  NAT_DONE,
  none,
  type Result,
  type Site,
  type Unknown,
  unknown,
} from './site.js'

// Statements of other people's rules. Each has one of three treatments: what it does is computed; or it
// is assumed what comes of it, and said; or it does nothing that decides on the packet's way.

const parsed = new WeakMap<Foreign, unknown>()

/** The expression that a foreign one stands for. */
function expressionOf(foreign: Foreign): unknown {
  if (!parsed.has(foreign)) parsed.set(foreign, JSON.parse(foreign.json))
  return parsed.get(foreign)
}

/** Whether a packet passes a test of other people's rules. */
export function foreignMatches(site: Site, foreign: Foreign, flow: Flow): boolean | Unknown {
  const expression = expressionOf(foreign)
  const match = memberNamed(expression, 'match')
  const assumed = memberNamed(expression, 'assumed')
  if (isObject(assumed)) {
    if (site.answers === undefined) return { what: expressionText(expression) }
    site.answers.assume(String(assumed.text))
    return assumed.holds === true
  }
  if (!isObject(match)) return { what: expressionText(expression) }
  return toldBy(site, comparisonHolds(askedOf(site, flow), match), match)
}

/** An answer, where all that it takes for granted may be. */
function toldBy(site: Site, { holds, assumed }: Answer, match: JsonObject): boolean | Unknown {
  const positive = { ...match, op: match.op === '!=' ? '==' : match.op }
  const words = expressionText({ match: positive })
  const isTurned = match.op === '!='
  if (holds === undefined || (assumed.length > 0 && site.answers === undefined))
    return { what: words, ...(isTurned ? { isTurned } : {}) }
  for (const text of assumed) site.answers?.assume(text)
  return holds
}

type Runner = (site: Site, value: unknown, flow: Flow, expression: unknown) => Result

const passed: Runner = (_, __, flow) => ({ passed: flow })

/** What comes of a statement if something is taken for granted; where nobody hears of it, nothing is. */
function supposing(
  { answers }: Site,
  flow: Flow,
  expression: unknown,
  text: (words: string) => string,
  result: Result,
): Result {
  const words = expressionText(expression)
  if (answers === undefined) return end(flow, unknown({ what: words }))
  answers.assume(text(`\`${words}\``))
  return result
}

/** A statement that lets packets pass up to some number of them. */
const limiting: Runner = (site, value, flow, expression) => {
  const isOver = isObject(value) && value.inv === true
  const text = (words: string): string => `fewer packets come than ${words} asks for`
  return supposing(site, flow, expression, text, isOver ? none(flow) : { passed: flow })
}

const assuming =
  (text: string): Runner =>
  (site, _, flow, expression) =>
    supposing(site, flow, expression, words => `${text} (${words})`, { passed: flow })

/** STATEMENTS, in the order of the manual. */
const STATEMENTS: Readonly<Record<string, Runner>> = {
  // VERDICT STATEMENTS
  continue: passed,
  queue: (site, _, flow, expression) => {
    const text = (words: string): string => `the program behind ${words} lets the packet go on`
    const accepted = end(flow, { kind: 'end', ending: { kind: 'accept' } })
    return supposing(site, flow, expression, text, accepted)
  },
  vmap: (site, value, flow, expression) => lookedUp(site, value, flow, expression),
  // PAYLOAD, EXTENSION HEADER, META AND CONNTRACK STATEMENTS
  mangle: (site, value, flow) => mangled(site, value, flow),
  // LOG, COUNTER, LIMIT, QUOTA
  counter: passed,
  log: passed,
  last: passed,
  limit: limiting,
  quota: limiting,
  'ct count': limiting,
  // NAT
  snat: (site, value, flow, expression) => sourceNat(site, value, flow, expression),
  masquerade: (_, __, flow) => end({ ...flow, masqueraded: true }, NAT_DONE),
  dnat: (site, value, flow, expression) => destinationNat(site, value, flow, expression),
  redirect: (site, value, flow, expression) => redirected(site, value, flow, expression),
  // The rest does something to the packet or beside it, and leaves its way as it is.
  notrack: (_, __, flow) => ({ passed: { ...flow, isTracked: false } }),
  tproxy: assuming('no process of the node takes the packet over'),
  synproxy: assuming('the handshake succeeds'),
  flow: passed,
  dup: passed,
  fwd: assuming('the packet is not sent on from here'),
  set: passed,
  map: passed,
  'ct helper': passed,
  'ct timeout': passed,
  'ct expectation': passed,
  secmark: passed,
}

/** Targets of iptables that nft lists by their names alone and that decide nothing. */
const XT_NOTES = ['LOG', 'NFLOG', 'CHECKSUM', 'TCPMSS', 'TRACE', 'CLASSIFY', 'DSCP', 'TTL', 'HL']

/** The probability with which a rule of iptables goes on, if it asks for chance. */
export function chanceOf(foreign: Foreign): Fraction | undefined {
  const chance = memberNamed(expressionOf(foreign), 'chance')
  return Array.isArray(chance) ? fraction(Number(chance[0]), Number(chance[1])) : undefined
}

/** Whether a statement decides nothing about a packet's way: a rule of such alone need not be asked. */
export function isEffectless(foreign: Foreign): boolean {
  const [name, value] = soleMember(expressionOf(foreign)) ?? []
  if (name === 'xt') return isObject(value) && XT_NOTES.includes(String(value.name))
  if (name === 'mangle') return !isObject(value) || !decides(value.key)
  if (name === 'limit' || name === 'quota' || name === 'ct count') return true
  return name !== undefined && STATEMENTS[name] === passed
}

/** Runs one statement of other people's rules on a packet. */
export function runForeign(site: Site, foreign: Foreign, flow: Flow): Result {
  const expression = expressionOf(foreign)
  const [name = '', value] = soleMember(expression) ?? []
  if (name === 'match') {
    const answer = foreignMatches(site, foreign, flow)
    const holds = typeof answer === 'boolean' ? answer : site.answers?.open(answer)
    if (holds === undefined) return end(flow, unknown(answer as Unknown))
    return holds ? { passed: flow } : none(flow)
  }
  if (name === 'xt') return extension(site, value, flow, expression)
  const run = Object.hasOwn(STATEMENTS, name) ? STATEMENTS[name] : undefined
  return run
    ? run(site, value, flow, expression)
    : end(flow, unknown({ what: expressionText(expression) }))
}

/** An extension of iptables, of which nft lists no more than the name. */
function extension(site: Site, value: unknown, flow: Flow, expression: unknown): Result {
  const { type, name } = isObject(value) ? value : {}
  if (XT_NOTES.includes(String(name))) return { passed: flow }
  const question = { what: expressionText(expression) }
  const holds = type === 'match' ? site.answers?.open(question) : undefined
  if (holds === undefined) return end(flow, unknown(question))
  return holds ? { passed: flow } : none(flow)
}

/** A verdict map whose keys are more than kube-proxy's: each element that may be the one is asked for. */
function lookedUp(site: Site, value: unknown, flow: Flow, expression: unknown): Result {
  if (!isObject(value)) return end(flow, unknown({ what: expressionText(expression) }))
  const asked = askedOf(site, flow)
  const values = partsOf(value.key).map(part => valueIn(asked, part))
  if (values.includes('absent')) return none(flow)
  const elements = mapElements(site, value.data)
  if (elements === undefined) return end(flow, unknown({ what: expressionText(expression) }))
  for (const element of elements) {
    const answer = elementHolds(site, value.key, values, element)
    if (typeof answer === 'object') return end(flow, unknown(answer))
    if (!answer) continue
    const verdict = verdictOf(Array.isArray(element) ? element[1] : undefined)
    if (verdict === 'continue') return { passed: flow }
    if (verdict === undefined) return end(flow, unknown({ what: expressionText(expression) }))
    return end(flow, moveOf(verdict))
  }
  return none(flow)
}

/** Whether an element is the packet's, as far as that is known, assumed or answered. */
function elementHolds(
  site: Site,
  key: unknown,
  values: readonly Value[],
  element: unknown,
): boolean | Unknown {
  const wanted = elementKey(element)
  const holds = fits(values, wanted)
  const assumed = values.flatMap(one =>
    typeof one === 'object' && one.assumed !== undefined ? [one.assumed] : [],
  )
  const match = { op: '==', left: key, right: wanted }
  const answer = toldBy(site, { holds, assumed: holds === undefined ? [] : assumed }, match)
  if (typeof answer === 'boolean') return answer
  return site.answers?.open(answer) ?? answer
}

function mapElements(site: Site, data: unknown): readonly unknown[] | undefined {
  if (typeof data === 'string' && data.startsWith('@'))
    return site.table.foreignElements.get(data.slice(1))
  const set = memberNamed(data, 'set')
  return set === undefined ? undefined : listOf(set)
}

function verdictOf(value: unknown): Verdict | 'continue' | undefined {
  const [kind, inner] = soleMember(value) ?? []
  if (kind === 'continue') return 'continue'
  if (kind === 'accept' || kind === 'drop' || kind === 'return') return { kind }
  const target = isObject(inner) ? inner.target : undefined
  return (kind === 'jump' || kind === 'goto') && typeof target === 'string'
    ? { kind, chain: target }
    : undefined
}

/** Whether what is changed may be asked for later by the rules that decide. */
function decides(key: unknown): boolean {
  const [name, inner] = soleMember(key) ?? []
  if (!isObject(inner)) return false
  if (name === 'meta' || name === 'ct') return inner.key === 'mark'
  return name === 'payload' && ['saddr', 'daddr', 'dport'].includes(String(inner.field))
}

function mangled(site: Site, value: unknown, flow: Flow): Result {
  if (!isObject(value) || !decides(value.key)) return { passed: flow }
  const [name, inner] = soleMember(value.key) ?? []
  const given = valueIn(askedOf(site, flow), value.value)
  if (typeof given === 'string' || !('is' in given))
    return end(flow, unknown({ what: expressionText({ mangle: value }) }))
  const field = isObject(inner) ? String(inner.field) : ''
  if (name === 'meta') return { passed: { ...flow, mark: Number(given.is) } }
  if (name === 'ct') return { passed: { ...flow, connectionMark: Number(given.is) } }
  return { passed: { ...flow, [field]: field === 'dport' ? Number(given.is) : given.is } }
}

/** The values that a NAT statement may take, each with its share of flows; nothing where none is there. */
type Choices = readonly (readonly [share: Flow['share'], value: unknown])[]

function choicesOf(site: Site, value: unknown, flow: Flow): Choices | Unknown {
  const map = memberNamed(value, 'map')
  if (!isObject(map)) return [[flow.share, value]]
  const elements = mapElements(site, map.data)
  if (elements === undefined) return { what: expressionText(value) }
  const chance = soleMember(map.key)
  const modulus = isObject(chance?.[1]) ? chance[1].mod : undefined
  if (typeof modulus === 'number' && CHANCE.has(chance?.[0] ?? '')) {
    return elements.flatMap(element => {
      if (!Array.isArray(element)) return []
      const [from, to] = numbersOf(element[0])
      return [[times(flow.share, fraction(to - from + 1, modulus)), element[1]] as const]
    })
  }
  const asked = askedOf(site, flow)
  const values = partsOf(map.key).map(part => valueIn(asked, part))
  for (const element of elements) {
    const answer = elementHolds(site, map.key, values, element)
    if (typeof answer === 'object') return answer
    if (answer) return [[flow.share, Array.isArray(element) ? element[1] : undefined]]
  }
  return []
}

const CHANCE = new Set(['numgen', 'jhash', 'symhash'])

function numbersOf(key: unknown): readonly [number, number] {
  const range = memberNamed(key, 'range')
  return Array.isArray(range) ? [Number(range[0]), Number(range[1])] : [Number(key), Number(key)]
}

/** The first address of a value, and whether it is one of several. */
function firstAddress(value: unknown): { readonly ip: Ip; readonly isOneOf: boolean } | undefined {
  const range = memberNamed(value, 'range')
  const prefix = memberNamed(value, 'prefix')
  const text = Array.isArray(range) ? range[0] : isObject(prefix) ? prefix.addr : value
  const ip = parseIp(String(text))?.ip
  return ip && { ip, isOneOf: text !== value }
}

function firstPort(value: unknown): number | undefined {
  const range = memberNamed(value, 'range')
  const port = Number(Array.isArray(range) ? range[0] : value)
  return Number.isInteger(port) && value !== undefined ? port : undefined
}

const isUnknown = (value: Choices | Unknown): value is Unknown => 'what' in value

/**
 * A translation for each value that a statement may take.
 *
 * @param given the address of the statement, as listings have it
 * @param present the packet's own address, which stays where the statement gives none
 * @param translated the packet with its new address, and the port beside it if there is one
 */
function translations(
  site: Site,
  given: unknown,
  flow: Flow,
  expression: unknown,
  present: string,
  translated: (flow: Flow, ip: Ip, port: unknown) => Flow,
): Result {
  const choices = choicesOf(site, given, flow)
  if (isUnknown(choices)) return end(flow, unknown(choices))
  const exits = choices.flatMap(([share, target]): readonly Exit[] => {
    const [addr = present, port] = partsOf(target)
    const found = firstAddress(addr)
    if (found === undefined)
      return [{ flow, move: unknown({ what: expressionText(expression) }), found: {} }]
    const changed = end(translated({ ...flow, share }, found.ip, port), NAT_DONE)
    const text = (words: string): string => `the first address is taken of ${words}`
    const result = found.isOneOf ? supposing(site, flow, expression, text, changed) : changed
    return 'exits' in result ? result.exits : []
  })
  return exits.length === 0 ? none(flow) : { exits }
}

function destinationNat(site: Site, value: unknown, flow: Flow, expression: unknown): Result {
  const given = isObject(value) ? value : {}
  return translations(site, given.addr, flow, expression, flow.daddr, (one, ip, port) =>
    sentTo(one, { ip, port: firstPort(port ?? given.port) ?? flow.dport ?? 0 }),
  )
}

function sourceNat(site: Site, value: unknown, flow: Flow, expression: unknown): Result {
  const given = isObject(value) ? value.addr : undefined
  return translations(site, given, flow, expression, flow.saddr, (one, ip) => ({
    ...one,
    masqueraded: true,
    source: ip,
  }))
}

function redirected(site: Site, value: unknown, flow: Flow, expression: unknown): Result {
  const port = firstPort(isObject(value) ? value.port : undefined) ?? flow.dport ?? 0
  const to = (ip: Ip): Result => end(sentTo(flow, { ip, port }), NAT_DONE)
  if (flow.hook === 'output') return to(LOOPBACK[site.table.family])
  const [own, ...others] = site.addresses.filter(ip => familyOf(ip) === familyOf(flow.daddr as Ip))
  if (own === undefined) return end(flow, unknown({ what: expressionText(expression) }))
  if (others.length === 0) return to(own)
  const text = (words: string): string =>
    `${words} takes the address ${own}, as if it were that of the interface by which the packet comes`
  return supposing(site, flow, expression, text, to(own))
}

const LOOPBACK = { ip: '127.0.0.1' as Ip, ip6: '::1' as Ip } as const
