import * as assert from 'uvu/assert'
import { type Cidr, familyOf, type Ip } from '../../src/address/address.js'
import { coverOf, stretchOf } from '../../src/address/ranges.js'

/** What one nft holds of tables, as text: the rules of chains, the elements of sets by key. */
export interface NftState {
  readonly tables: Map<string, NftTable>
}

interface NftTable {
  readonly chains: Map<string, { readonly properties: string; rules: string[] }>
  readonly sets: Map<
    string,
    { readonly properties: string; readonly elements: Map<string, string> }
  >
}

export const emptyState = (): NftState => ({ tables: new Map() })

/**
 * Applies a transaction as the kernel does, command by command: it refuses to make or change what is
 * there, to delete what is not or what anything refers to, and to refer to what is not there.
 */
export function apply(state: NftState, transaction: string): void {
  for (const command of splitCommands(transaction)) {
    try {
      applyCommand(state, command)
    } catch (cause) {
      throw new Error(`${(cause as Error).message}\nin: ${command}\nof:\n${transaction}`)
    }
  }
}

/** The same state in one order: what came first does not count, but for rules. */
export const canonical = ({ tables }: NftState): unknown =>
  sorted(tables).map(([name, { chains, sets }]) => ({
    name,
    chains: sorted(chains),
    sets: sorted(sets).map(([set, { properties, elements }]) => [
      set,
      properties,
      ...sorted(elements),
    ]),
  }))

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([a], [b]) => (a < b ? -1 : 1))

/** The commands of a transaction, those with many elements too, in one order. */
export const commandsOf = (transaction: string): readonly string[] =>
  splitCommands(transaction)
    .map(command => command.split('\n').sort().join('\n'))
    .sort()

const splitCommands = (text: string): string[] => text.split(/\n(?![\t}])/)

const COMMAND = /^(\w+) (table|chain|rule|set|map|element) (ip6? \S+)(?: (\S+))?(?: ([\s\S]*))?$/

function applyCommand(state: NftState, command: string): void {
  if (command === '') return
  const [, verb = '', object = '', tableName = '', name = '', rest = ''] =
    COMMAND.exec(command) ?? []
  if (object === 'table') {
    if (verb === 'delete') assert.ok(state.tables.delete(tableName), 'no such table')
    else {
      assert.not.ok(state.tables.has(tableName), 'table exists')
      state.tables.set(tableName, { chains: new Map(), sets: new Map() })
    }
    return
  }
  const table = state.tables.get(tableName)
  assert.ok(table, 'no such table')
  const act = ACTIONS[`${verb} ${object === 'map' ? 'set' : object}`]
  assert.ok(act, 'no such command')
  act?.(table as NftTable, name, rest)
}

const ACTIONS: Readonly<Record<string, (table: NftTable, name: string, rest: string) => void>> = {
  'add chain': ({ chains }, name, properties) => {
    assert.not.ok(chains.has(name), 'chain exists')
    chains.set(name, { properties, rules: [] })
  },
  'flush chain': ({ chains }, name) => {
    const chain = chains.get(name)
    assert.ok(chain, 'no such chain')
    if (chain) chain.rules = []
  },
  'delete chain': (table, name) => {
    assert.is(table.chains.get(name)?.rules.length, 0, 'chain is missing or not empty')
    assert.equal(referring(table, chainsIn, name), [], 'chain is in use')
    table.chains.delete(name)
  },
  'add rule': (table, name, rule) => {
    const chain = table.chains.get(name)
    assert.ok(chain, 'no such chain')
    for (const target of chainsIn(rule)) assert.ok(table.chains.has(target), `no chain ${target}`)
    for (const set of setsIn(rule)) assert.ok(table.sets.has(set), `no set ${set}`)
    chain?.rules.push(withCover(rule))
  },
  'add set': ({ sets }, name, properties) => {
    assert.not.ok(sets.has(name), 'set exists')
    sets.set(name, { properties, elements: new Map() })
  },
  'flush set': ({ sets }, name) => {
    assert.ok(sets.has(name), 'no such set')
    sets.get(name)?.elements.clear()
  },
  'delete set': (table, name) => {
    assert.ok(table.sets.has(name), 'no such set')
    assert.equal(referring(table, setsIn, name), [], 'set is in use')
    table.sets.delete(name)
  },
  'add element': (table, name, list) => {
    const elements = table.sets.get(name)?.elements
    assert.ok(elements, 'no such set')
    for (const { key, text } of elementsOf(list)) {
      assert.not.ok(elements?.has(key), `element ${key} exists`)
      for (const target of chainsIn(text)) assert.ok(table.chains.has(target), `no chain ${target}`)
      elements?.set(key, text)
    }
  },
  'delete element': (table, name, list) => {
    const elements = table.sets.get(name)?.elements
    assert.ok(elements, 'no such set')
    for (const { key } of elementsOf(list)) assert.ok(elements?.delete(key), `no element ${key}`)
  },
}

/** nft merges the addresses of an anonymous set that lie in one another. */
const withCover = (rule: string): string =>
  rule.replace(/(?<=[sd]addr (?:!= )?\{ )[^}]*(?= \})/, list => {
    const addresses = list.split(', ') as (Cidr | Ip)[]
    const [first] = addresses
    return first === undefined ? '' : coverOf(familyOf(first), addresses.map(stretchOf)).join(', ')
  })

const elementsOf = (list: string): { key: string; text: string }[] =>
  list
    .replace(/^\{\s*|,?\s*\}$/g, '')
    .split(/,\n\t/)
    .map(text => ({ key: text.replace(/ (?:comment "|: )[\s\S]*/, ''), text }))

const chainsIn = (text: string): string[] =>
  [...text.matchAll(/\b(?:goto|jump) ([^\s,]+)/g)].map(([, name = '']) => name)
const setsIn = (text: string): string[] =>
  [...text.matchAll(/@(\S+)/g)].map(([, name = '']) => name)

function referring(
  { chains, sets }: NftTable,
  namesIn: (text: string) => string[],
  name: string,
): string[] {
  return [
    ...[...chains.values()].flatMap(({ rules }) => rules),
    ...[...sets.values()].flatMap(({ elements }) => [...elements.values()]),
  ].filter(text => namesIn(text).includes(name))
}
