import type { FieldPath, Subject } from '../diagnostics/diagnostic.js'
import { locateAll } from '../input/locate.js'
import { foreignText } from '../listing/words.js'
import type { ServicePort } from '../model/service-port.js'
import { endpointChain, portChains } from '../rules/iptables.js'
import { endpointNames, IDENTIFIER, servicePortNames, TABLE_NAME } from '../rules/names.js'
import type { Concern, EndpointElement, MapElement, Rule, Table } from '../rules/table.js'
import { ruleText } from '../text/nft.js'
import {
  type Branch,
  type Fraction,
  type Hook,
  type Packet,
  plus,
  type Step,
} from '../traffic/packet.js'
import type { Owner } from '../traffic/promise/view.js'
import { tableLabel } from '../traffic/walk/index-tables.js'
import { invariant } from '../util/errors.js'
import { type Answer, ruleWords } from './words.js'

/** `rule 3 of chain input in table ip filter`, or the policy of the chain. */
export const stepPlace = ({ table, chain, rule }: Step): string =>
  `${rule === 'policy' ? 'the policy' : `rule ${rule + 1}`} of chain ${chain} in table ${table}`

/** Whether a step is one of kube-proxy's own: of its table, or in iptables mode of its chains. */
export const isKubeProxys = ({ table, chain }: Step): boolean =>
  table.endsWith(` ${TABLE_NAME}`) || chain.startsWith('KUBE-')

/** A rule that some of the flows matched at a hook, with their share. */
export interface MergedStep {
  readonly step: Step
  readonly share: Fraction
}

/** A hook that the packet comes to, with all that it matches there. */
export interface MergedHook {
  readonly hook: Hook
  readonly steps: readonly MergedStep[]
}

/** What comes from elsewhere, and what the node itself sends: the latter may come back by loopback. */
const ORDERS: readonly (readonly Hook[])[] = [
  ['prerouting', 'input', 'forward', 'postrouting'],
  ['output', 'postrouting', 'prerouting', 'input'],
]

/** The ways of all branches as one: what several of them match is there once. */
export function mergeBranches(branches: readonly Branch[]): readonly MergedHook[] {
  const visited = new Set(branches.flatMap(({ hooks }) => hooks))
  const order = ORDERS[visited.has('output') ? 1 : 0] ?? []
  const merged = new Map<string, MergedStep>()
  for (const { path, share } of branches) {
    const seen = new Map<string, number>()
    for (const step of path) {
      const name = [step.hook, step.table, step.chain, step.rule, ...(step.element ?? [])].join(' ')
      // A chain may be jumped to twice.
      const turn = (seen.get(name) ?? 0) + 1
      seen.set(name, turn)
      const key = `${name} ${turn}`
      const known = merged.get(key)
      merged.set(key, { step, share: known ? plus(known.share, share) : share })
    }
  }
  const all = [...merged.values()]
  return order
    .filter(hook => visited.has(hook))
    .map(hook => ({ hook, steps: all.filter(({ step }) => step.hook === hook) }))
}

/** Finds the rules of steps. */
export interface RuleFinder {
  /** Absent for the policy of a base chain. */
  readonly rule: (step: Step) => Rule | undefined
  readonly element: (step: Step, rule: Rule) => AnyElement | undefined
}

/** A finder in tables of one family. */
export function ruleFinder(tables: readonly Table[]): RuleFinder {
  const elements = elementFinder(tables)
  const chains = new Map(
    tables.flatMap(table =>
      table.chains.map(chain => [`${tableLabel(table)} ${chain.name}`, chain] as const),
    ),
  )
  return {
    rule: ({ table, chain, rule }) => {
      if (rule === 'policy') return undefined
      const found = chains.get(`${table} ${chain}`)?.rules[rule]
      invariant(found !== undefined, `a step is no rule of ${table} ${chain}`)
      return found
    },
    element: ({ table, element }, rule) => {
      if (element === undefined) return undefined
      const names = rule.statements.flatMap(one => ('map' in one ? one.map : []))
      const key = element.join(' ')
      return names
        .flatMap(name => elements(`${table} ${name}`)?.get(key) ?? [])
        .find(found => found !== undefined)
    },
  }
}

type AnyElement = MapElement | EndpointElement

/** The elements of a map by their keys; a map is read once, and only if it is asked for. */
function elementFinder(
  tables: readonly Table[],
): (map: string) => ReadonlyMap<string, AnyElement> | undefined {
  const maps = new Map<string, readonly AnyElement[]>(
    tables.flatMap(table =>
      [...table.maps, ...table.endpointMaps].map(
        map => [`${tableLabel(table)} ${map.name}`, map.elements] as const,
      ),
    ),
  )
  const known = new Map<string, ReadonlyMap<string, AnyElement>>()
  return name => {
    const listed = maps.get(name)
    if (listed !== undefined && !known.has(name))
      known.set(name, new Map(listed.map(one => [one.key.join(' '), one])))
    return known.get(name)
  }
}

/** The texts of a step. */
export interface StepTexts {
  readonly nft: string
  readonly words: string
  readonly element?: string
  readonly bucket?: number
}

/** What a step is, in nft's words and in plain ones. */
export function stepTexts(step: Step, finder: RuleFinder, family: Table['family']): StepTexts {
  const rule = finder.rule(step)
  if (rule === undefined) {
    return { nft: 'policy drop', words: 'the end of a base chain that lets nothing pass: drop it' }
  }
  const element = finder.element(step, rule)
  const bucket = step.hashed?.isKnown ? step.hashed.stretches[0]?.from : undefined
  const answer: Answer = {
    ...(element === undefined ? {} : { key: element.key }),
    ...(element !== undefined && 'verdict' in element ? { verdict: element.verdict } : {}),
    ...(bucket === undefined ? {} : { bucket }),
  }
  const shown = rule.origin.concern === 'imported' ? presentable(rule) : rule
  const nft = rule.listed ?? ruleText(family, shown, foreignText)
  return {
    nft,
    words: ruleWords(rule, answer),
    ...(element ? { element: elementText(element) } : {}),
    ...(bucket === undefined ? {} : { bucket }),
  }
}

function elementText(element: AnyElement): string {
  const key = element.key.join(' . ')
  const comment = element.comment === undefined ? '' : ` comment ${JSON.stringify(element.comment)}`
  if ('to' in element) return `${key}${comment} : ${element.to.ip} . ${element.to.port}`
  const { verdict } = element
  return `${key}${comment} : ${'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind}`
}

/**
 * The service port that a step was made for: its origin says so, or in rules that were only listed,
 * kube-proxy's name for the chain, or the key of the element.
 */
export function portFinder(
  destination: Owner | undefined,
  { daddr, dport }: Packet,
): (step: Step) => ServicePort | undefined {
  if (destination === undefined) return ({ origin }) => origin.port
  const { port, kind } = destination
  const { service, local, external, firewall } = servicePortNames(port)
  const chains = new Set([
    ...[service, local, external, firewall],
    ...Object.values(portChains(port)),
    ...port.endpoints.flatMap(one => [endpointNames(port, one).chain, endpointChain(port, one)]),
  ])
  const ip = kind === 'node-port' ? [] : [daddr]
  const keys = [[port.protocol.toLowerCase()], []].map(
    protocol => `${[...ip, ...protocol, dport].join(' ')} `,
  )
  return ({ origin, chain, element }) => {
    if (origin.port !== undefined) return origin.port
    if (origin.concern !== 'imported') return undefined
    // Behind the destination, keys of endpoint maps have a number.
    const own = element && `${element.join(' ')} `
    return chains.has(chain) || keys.some(key => own?.startsWith(key)) ? port : undefined
  }
}

/** A field of an object whose line is to be told. */
export interface Located {
  readonly subject: Subject
  readonly path: FieldPath
}

/** `file:line` of every field, in one pass over each document. */
export function sourceLines(fields: readonly Located[]): ReadonlyMap<Located, string> {
  const unique = [...new Set(fields)]
  const positions = locateAll(unique.map(({ subject, path }) => ({ place: subject.place, path })))
  return new Map(
    unique.map((field, index) => [
      field,
      `${field.subject.place.source.name}:${positions[index]?.line ?? 1}`,
    ]),
  )
}

/** The field of a service port that rules of a concern come from; one and the same each time. */
export function fieldFinder(): (port: ServicePort, concern: Concern) => Located {
  const known = new Map<ServicePort, Map<string, Located>>()
  return (port, concern) => {
    const path = pathOf(port, concern)
    const key = path.join()
    const ofPort = known.get(port) ?? new Map<string, Located>()
    known.set(port, ofPort)
    const field = ofPort.get(key) ?? { subject: port.service, path }
    ofPort.set(key, field)
    return field
  }
}

function pathOf(port: ServicePort, concern: Concern): FieldPath {
  if (concern === 'source-ranges') return ['spec', 'loadBalancerSourceRanges']
  if (concern === 'affinity') return ['spec', 'sessionAffinity']
  return ['spec', 'ports', port.index]
}

/** Members that name chains, sets, maps and counters. */
const NAMES = new Set(['chain', 'set', 'map', 'name'])
const TEXTS = new Set(['comment', 'prefix'])
const MAX_TEXT = 128
const MAX_NAME = 255

/**
 * An imported rule as it may be shown: the kernel takes names and comments that nft cannot read back,
 * and what cannot be read is spelt with `_` and `?`.
 */
function presentable({ matches, statements, comment, origin }: Rule): Rule {
  const rule = { matches: mapped(matches), statements: mapped(statements), origin }
  return comment === undefined ? rule : { ...rule, comment: textOf(comment) }
}

function mapped<T>(value: T, key = ''): T {
  if (typeof value === 'string') return fitting(value, key) as T
  if (Array.isArray(value)) return value.map(item => mapped<unknown>(item, key)) as T
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, mapped(member, name)])
  return Object.fromEntries(members) as T
}

function fitting(text: string, key: string): string {
  if (TEXTS.has(key)) return textOf(text)
  if (!NAMES.has(key) || IDENTIFIER.test(text)) return text
  const name = text.replace(/[^A-Za-z0-9/._-]/g, '_').slice(0, MAX_NAME - 1)
  return /^[A-Za-z_.]/.test(name) ? name : `_${name}`
}

const textOf = (text: string): string =>
  text.replace(/[^ !#-[\]-~]/g, '?').slice(0, MAX_TEXT) || '?'
