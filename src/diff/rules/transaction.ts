import { refsOf } from '../../rules/check.js'
import { IDENTIFIER } from '../../rules/names.js'
import type { Chain, Rule, Table, TableFamily } from '../../rules/table.js'
import { type CommandView, FRAMES } from '../../text/frames.js'
import { ruleText } from '../../text/nft.js'
import {
  chainDefinition,
  commentOf,
  endpointElementText,
  endpointMapDefinition,
  mapDefinition,
  setDefinition,
  setElementText,
  verdictElementText,
} from '../../text/nft-table.js'
import { identifier } from '../../text/safe.js'
import { deepEqual, keyedDiff } from '../../util/collections.js'
import { assertNever } from '../../util/errors.js'
import {
  type AnyElement,
  diffTables,
  type ElementsDiff,
  isUnchanged,
  type NamedSet,
  ownElements,
  type TableDiff,
} from './diff.js'

/**
 * The `nft -f` file that turns some tables into others in one transaction, whatever stays the same
 * left as it is; empty if they are equal.
 */
export function transactionText(before: readonly Table[], after: readonly Table[]): string {
  const { removed, changed, added } = keyedDiff(
    before,
    after,
    ({ family, name }) => `${family} ${name}`,
    () => false,
  )
  return [
    ...removed.map(table => tableText(table, undefined)),
    ...changed.map(table => tableText(table.before, table.after)),
    ...added.map(table => tableText(undefined, table)),
  ].join('')
}

function tableText(before: Table | undefined, after: Table | undefined): string {
  const table = after ?? before
  if (table === undefined) return ''
  const { family, name } = table
  const operations = operationsBetween(before, after)
  return FRAMES.transaction({
    table: `${family} ${identifier(name)}`,
    commands: operations.map(operation => commandOf(family, operation)),
  })
}

function commandOf(family: TableFamily, operation: Operation): CommandView {
  switch (operation.kind) {
    case 'add-table':
      return { verb: 'add', object: 'table', properties: properties(commentOf(operation)) }
    case 'delete-table':
      return { verb: 'delete', object: 'table' }
    case 'flush-chain':
      return { verb: 'flush', object: 'chain', name: identifier(operation.name) }
    case 'delete-chain':
      return { verb: 'delete', object: 'chain', name: identifier(operation.name) }
    case 'add-chain':
      return addChain(operation.chain)
    case 'add-rule': {
      const { chain, rule } = operation
      return { verb: 'add', object: 'rule', name: identifier(chain), rule: ruleText(family, rule) }
    }
    case 'add-set':
      return {
        verb: 'add',
        ...nameOf(operation.set),
        properties: setProperties(family, operation.set),
      }
    case 'flush-set':
      return { verb: 'flush', ...nameOf(operation.set) }
    case 'delete-set':
      return { verb: 'delete', ...nameOf(operation.set) }
    case 'add-elements':
      return elementsCommand('add', operation, elementText)
    case 'delete-elements':
      return elementsCommand('delete', operation, setElementText)
    default:
      return assertNever(operation, 'operation')
  }
}

function addChain(chain: Chain): CommandView {
  const { name, comment, base } = chainDefinition(chain)
  const hook = base && `${base.type} hook ${base.hook} priority ${base.priority}`
  return {
    verb: 'add',
    object: 'chain',
    name,
    properties: properties({ type: hook, policy: base?.policy, comment }),
  }
}

/** nft calls both kinds of maps `map`, and what is foreign by its own word. */
function nameOf(set: NamedSet): { readonly object: string; readonly name: string } {
  const object = set.kind === 'foreign' ? set.type : set.kind === 'set' ? 'set' : 'map'
  return { object, name: identifier(set.name) }
}

function setProperties(family: TableFamily, set: NamedSet): readonly string[] {
  switch (set.kind) {
    case 'set': {
      const { type, flags, timeout, comment } = setDefinition(family, set)
      return properties({ type, flags, timeout, comment })
    }
    case 'map': {
      const { type, counters, comment } = mapDefinition(family, set)
      return [...properties({ type }), ...(counters ? ['counter'] : []), ...properties({ comment })]
    }
    case 'endpoint-map': {
      const { key, value, comment } = endpointMapDefinition(family, set)
      return properties({ typeof: `${key} : ${value}`, comment })
    }
    case 'foreign':
      throw new Error(`internal error: a foreign ${set.type} is to be made`)
  }
}

/** What an object is made with, word by word; what is not set is left out. */
const properties = (words: Readonly<Record<string, string | undefined>>): readonly string[] =>
  Object.entries(words).flatMap(([word, value]) => {
    if (value === undefined) return []
    return word === 'comment' ? [`comment "${value}"`] : [`${word} ${value}`]
  })

function elementsCommand(
  verb: 'add' | 'delete',
  { set, elements }: { readonly set: NamedSet; readonly elements: readonly AnyElement[] },
  textOf: (element: AnyElement) => string,
): CommandView {
  const texts = elements.map(textOf)
  const [element = ''] = texts
  const list = texts.length === 1 ? { element } : { elements: texts }
  return { verb, object: 'element', name: identifier(set.name), ...list }
}

function elementText(element: AnyElement): string {
  if ('verdict' in element) return verdictElementText(element)
  return 'to' in element ? endpointElementText(element) : setElementText(element)
}

/** One step of a transaction on one table. */
export type Operation =
  | { readonly kind: 'add-table'; readonly comment?: string }
  | { readonly kind: 'delete-table' }
  | { readonly kind: 'flush-chain' | 'delete-chain'; readonly name: string }
  | { readonly kind: 'add-chain'; readonly chain: Chain }
  | { readonly kind: 'add-rule'; readonly chain: string; readonly rule: Rule }
  | { readonly kind: 'add-set' | 'flush-set' | 'delete-set'; readonly set: NamedSet }
  | {
      readonly kind: 'add-elements' | 'delete-elements'
      readonly set: NamedSet
      readonly elements: readonly AnyElement[]
    }

/**
 * The steps that turn one table into another, either of which may be missing; none if they are equal.
 *
 * The kernel refuses to delete what anything still refers to, and to refer to what is not there, at
 * each step of a transaction. So what refers goes first on the way out (rules, then elements) and last
 * on the way in. Elements that change go out and in again. Chains are rewritten as a whole, since
 * single rules can only be named by handles that the kernel gave them. Whatever is the same on both
 * sides is not touched, and keeps its counters and its clients on record.
 */
function operationsBetween(
  before: Table | undefined,
  after: Table | undefined,
): readonly Operation[] {
  if (before === undefined) return after === undefined ? [] : addTable(after)
  if (after === undefined) return [{ kind: 'delete-table' }]
  return canChange(before) ? changes(before, after) : [{ kind: 'delete-table' }, ...addTable(after)]
}

/**
 * Whether there are words for all that may have to go: not for flags of tables, which the kernel does
 * not change together with base chains, nor for settings of chains or names that nft cannot read.
 */
const canChange = ({ foreign = [], sets, maps, endpointMaps, chains }: Table): boolean =>
  foreign.every(({ type }) => type !== 'table' && type !== 'chain') &&
  [...foreign, ...sets, ...maps, ...endpointMaps, ...chains].every(({ name }) =>
    IDENTIFIER.test(name),
  )

function addTable(table: Table): readonly Operation[] {
  const { comment } = table
  const empty: Table = { ...table, sets: [], maps: [], endpointMaps: [], chains: [] }
  return [
    { kind: 'add-table', ...(comment === undefined ? {} : { comment }) },
    ...changes(empty, table),
  ]
}

function changes(before: Table, after: Table): readonly Operation[] {
  const diff = diffTables(before, after)
  if (isUnchanged(diff)) return []
  const { removed, changed, added } = diff.sets
  const newSets = [...changed.map(set => set.after), ...added]
  const chains = chainChanges(before, after, diff)
  return [
    ...chains.flush.map(({ name }) => ({ kind: 'flush-chain', name }) as const),
    ...diff.elements.flatMap(deleteElements),
    ...[...removed, ...changed.map(set => set.before)].flatMap(deleteSet),
    ...chains.remove.map(({ name }) => ({ kind: 'delete-chain', name }) as const),
    ...chains.make.map(chain => ({ kind: 'add-chain', chain }) as const),
    ...newSets.map(set => ({ kind: 'add-set', set }) as const),
    ...chains.fill.flatMap(({ name, rules }) =>
      rules.map(rule => ({ kind: 'add-rule', chain: name, rule }) as const),
    ),
    ...diff.elements.flatMap(addElements),
    ...newSets.flatMap(set => elementsOperation('add-elements', set, ownElements(set))),
  ]
}

interface ChainChanges {
  /** As they are before: to be emptied, and to be deleted. */
  readonly flush: readonly Chain[]
  readonly remove: readonly Chain[]
  /** As they are after: to be made, and to be filled. */
  readonly make: readonly Chain[]
  readonly fill: readonly Chain[]
}

function chainChanges(before: Table, after: Table, { chains, sets }: TableDiff): ChainChanges {
  const replacedSets = new Set(sets.changed.map(set => set.after.name))
  const moved = chains.changed.filter(chain => !deepEqual(chain.before.base, chain.after.base))
  // A set can be replaced only when no rule looks into it, be the rule the same before and after.
  const looking = chains.kept.filter(({ after }) =>
    after.rules.some(rule => looksInto(replacedSets, rule)),
  )
  const removed = namesOf(chains.removed)
  const added = namesOf(chains.added)
  const replaced = namesOf(moved.map(chain => chain.after))
  const rewritten = namesOf([...chains.changed, ...looking].map(chain => chain.after))
  const inAny =
    (...names: readonly ReadonlySet<string>[]) =>
    ({ name }: Chain) =>
      names.some(set => set.has(name))
  return {
    flush: before.chains.filter(inAny(removed, rewritten)).filter(({ rules }) => rules.length > 0),
    remove: before.chains.filter(inAny(removed, replaced)),
    make: after.chains.filter(inAny(added, replaced)),
    fill: after.chains.filter(inAny(added, rewritten)),
  }
}

const namesOf = (chains: readonly Chain[]): ReadonlySet<string> =>
  new Set(chains.map(({ name }) => name))

const looksInto = (sets: ReadonlySet<string>, rule: Rule): boolean =>
  refsOf(rule).sets.some(set => sets.has(set))

/** Kernels before 6.4 hold on to the chains that the elements of a deleted map lead to. */
const deleteSet = (set: NamedSet): readonly Operation[] =>
  mayHoldChains(set)
    ? [
        { kind: 'flush-set', set },
        { kind: 'delete-set', set },
      ]
    : [{ kind: 'delete-set', set }]

const mayHoldChains = (set: NamedSet): boolean =>
  set.kind === 'map' ? set.elements.length > 0 : set.kind === 'foreign' && set.type === 'map'

function deleteElements({ set, elements: { removed, changed } }: ElementsDiff) {
  const out = new Set([...removed, ...changed.map(({ before }) => before)])
  const inOrder = ownElements(set.before).filter(element => out.has(element))
  return elementsOperation('delete-elements', set.before, inOrder)
}

function addElements({ set, elements: { added, changed } }: ElementsDiff) {
  const into = new Set([...added, ...changed.map(({ after }) => after)])
  const inOrder = ownElements(set.after).filter(element => into.has(element))
  return elementsOperation('add-elements', set.after, inOrder)
}

const elementsOperation = (
  kind: 'add-elements' | 'delete-elements',
  set: NamedSet,
  elements: readonly AnyElement[],
): readonly Operation[] => (elements.length > 0 ? [{ kind, set, elements }] : [])
