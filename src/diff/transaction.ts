import type { Chain, Table, TableFamily } from '../rules/table.js'
import { type CommandView, FRAMES } from '../text/frames.js'
import { ruleText } from '../text/nft.js'
import {
  chainDefinition,
  commentOf,
  endpointElementText,
  endpointMapDefinition,
  mapDefinition,
  setDefinition,
  setElementText,
  verdictElementText,
} from '../text/nft-table.js'
import { identifier } from '../text/safe.js'
import { keyedDiff } from '../util/collections.js'
import { assertNever } from '../util/errors.js'
import type { AnyElement, NamedSet } from './diff.js'
import { type Operation, operationsBetween } from './operations.js'

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
