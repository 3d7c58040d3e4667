import type { EndpointElement, MapElement, Rule, Table } from '../../rules/table.js'
import { ruleText } from '../../text/nft.js'
import { invariant } from '../../util/errors.js'
import { type Fraction, plus } from '../fraction.js'
import { tableLabel } from '../index-tables.js'
import type { Branch, Hook, Step } from '../packet.js'
import { presentable } from './presentable.js'
import { type Answer, ruleWords } from './words.js'

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
}

/** What a step is, in nft's words and in plain ones. */
export function stepTexts(step: Step, finder: RuleFinder, family: Table['family']): StepTexts {
  const rule = finder.rule(step)
  if (rule === undefined) {
    return { nft: 'policy drop', words: 'the end of a base chain that lets nothing pass: drop it' }
  }
  const element = finder.element(step, rule)
  const answer: Answer | undefined = element && {
    key: element.key,
    ...('verdict' in element ? { verdict: element.verdict } : {}),
  }
  const shown = rule.origin.concern === 'imported' ? presentable(rule) : rule
  const texts = { nft: ruleText(family, shown), words: ruleWords(rule, answer) }
  return element ? { ...texts, element: elementText(element) } : texts
}

function elementText(element: AnyElement): string {
  const key = element.key.join(' . ')
  const comment = element.comment === undefined ? '' : ` comment ${JSON.stringify(element.comment)}`
  if ('to' in element) return `${key}${comment} : ${element.to.ip} . ${element.to.port}`
  const { verdict } = element
  return `${key}${comment} : ${'chain' in verdict ? `${verdict.kind} ${verdict.chain}` : verdict.kind}`
}
