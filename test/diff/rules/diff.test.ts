import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { diffTables, isUnchanged } from '../../../src/diff/rules/diff.js'
import { DROP, goto } from '../../../src/rules/build.js'
import type { ElementSet, EndpointMap, Table, VerdictMap } from '../../../src/rules/table.js'
import { tableOf } from '../objects.js'

const diffs = suite('difference of tables')

const origin = { concern: 'base' } as const
const table = (parts: Partial<Table>): Table => ({
  family: 'ip',
  name: 'kube-proxy',
  comment: 'rules for kube-proxy',
  sets: [],
  maps: [],
  endpointMaps: [],
  chains: [],
  ...parts,
})
const set = (
  name: string,
  keys: readonly string[],
  more: Partial<ElementSet> = {},
): ElementSet => ({
  name,
  key: ['address'],
  elements: keys.map(key => ({ key: [key], origin })),
  origin,
  ...more,
})
const map = (name: string, more: Partial<VerdictMap> = {}): VerdictMap => ({
  name,
  key: ['address'],
  elements: [],
  origin,
  ...more,
})
const names = (items: readonly { readonly name: string }[]): string[] =>
  items.map(({ name }) => name)

/** The keys that go, and those that come, of the first set whose elements differ. */
function elementChanges(before: Table, after: Table) {
  const [first, ...others] = diffTables(before, after).elements
  assert.equal(others, [])
  const keys = (items: readonly { readonly key: readonly string[] }[] = []) =>
    items.map(({ key }) => key.join(' . '))
  const { removed, changed, added } = first?.elements ?? {}
  return {
    removed: keys(removed),
    changed: keys(changed?.map(one => one.after)),
    added: keys(added),
  }
}

diffs('a table does not differ from itself, in either layout', () => {
  for (const layout of ['kube-proxy', 'maps']) {
    const make = () =>
      tableOf([{ endpoints: ['10.244.1.1', '10.244.2.1'] }, { name: 'b' }].slice(0, 1), { layout })
    assert.ok(isUnchanged(diffTables(make(), make())))
  }
})

diffs('objects are told apart by name, whatever their order', () => {
  const before = table({ sets: [set('a', []), set('b', [])], maps: [map('c')] })
  const after = table({ sets: [set('b', []), set('d', [])], maps: [map('c')] })
  const { sets } = diffTables(before, after)
  assert.equal([names(sets.removed), names(sets.added)], [['a'], ['d']])
  assert.is(sets.changed.length, 0)
})

const DEFINITIONS: Readonly<Record<string, readonly [Partial<Table>, Partial<Table>]>> = {
  timeout: [{ sets: [set('x', [], { timeout: 1 })] }, { sets: [set('x', [], { timeout: 2 })] }],
  'types of the key': [{ sets: [set('x', [])] }, { sets: [set('x', [], { key: ['port'] })] }],
  intervals: [{ sets: [set('x', [])] }, { sets: [set('x', [], { interval: true })] }],
  counters: [{ maps: [map('x')] }, { maps: [map('x', { counters: true })] }],
  kind: [{ sets: [set('x', [])] }, { maps: [map('x')] }],
}
for (const [what, [before, after]] of Object.entries(DEFINITIONS)) {
  diffs(`a set with other ${what} is another definition`, () => {
    const { sets, elements } = diffTables(table(before), table(after))
    assert.equal(names(sets.changed.map(one => one.after)), ['x'])
    assert.equal(elements, [])
  })
}

diffs('a counter and a set of one name are two objects', () => {
  const counter = { type: 'counter', name: 'x', json: '{}' }
  const { sets } = diffTables(table({ foreign: [counter] }), table({ sets: [set('x', [])] }))
  assert.equal([names(sets.removed), names(sets.added)], [['x'], ['x']])
})

diffs('comments of tables, chains and sets do not count', () => {
  const chain = { name: 'c', rules: [], origin }
  const before = table({ sets: [set('x', [])], chains: [chain] })
  const after = table({
    comment: 'other',
    sets: [set('x', [], { comment: 'other' })],
    chains: [{ ...chain, comment: 'other' }],
  })
  assert.ok(isUnchanged(diffTables(before, after)))
})

diffs('elements are compared by key', () => {
  const before = table({ sets: [set('x', ['10.0.0.1', '10.0.0.2'])] })
  const after = table({ sets: [set('x', ['10.0.0.3', '10.0.0.2'])] })
  assert.equal(elementChanges(before, after), {
    removed: ['10.0.0.1'],
    changed: [],
    added: ['10.0.0.3'],
  })
})

diffs('another verdict, target or comment makes an element another one', () => {
  const element = { key: ['10.0.0.1'], verdict: DROP, origin }
  const of = (more: object) => table({ maps: [map('x', { elements: [{ ...element, ...more }] })] })
  const changed = { removed: [], changed: ['10.0.0.1'], added: [] }
  assert.equal(elementChanges(of({}), of({ verdict: goto('c') })), changed)
  assert.equal(elementChanges(of({}), of({ comment: 'shop/web' })), changed)
  const endpoints = (port: number): Table => {
    const elements = [{ key: ['10.0.0.1', '0'], to: { ip: '10.244.1.1', port }, origin }]
    const endpointMap: EndpointMap = { name: 'x', fields: ['daddr'], elements, origin }
    return table({ endpointMaps: [endpointMap] })
  }
  assert.equal(elementChanges(endpoints(80), endpoints(81)).changed, ['10.0.0.1 . 0'])
})

diffs('elements of sets with a timeout are never looked at', () => {
  const timed = (keys: readonly string[]) => table({ sets: [set('x', keys, { timeout: 60 })] })
  assert.ok(isUnchanged(diffTables(timed(['192.0.2.1']), timed([]))))
})

diffs('a network of one address is that address', () => {
  const of = (key: string) => table({ sets: [set('x', [key], { interval: true })] })
  assert.ok(isUnchanged(diffTables(of('10.0.0.1'), of('10.0.0.1/32'))))
  assert.ok(isUnchanged(diffTables(of('fd00::1/128'), of('fd00::1'))))
  assert.not.ok(isUnchanged(diffTables(of('fd00::/32'), of('fd00::'))))
})

diffs('a base chain at another place is a change', () => {
  const base = { type: 'nat', hook: 'prerouting', priority: -100 } as const
  const of = (more: object) =>
    table({ chains: [{ name: 'c', base: { ...base, ...more }, rules: [], origin }] })
  assert.ok(isUnchanged(diffTables(of({}), of({}))))
  for (const more of [
    { priority: -90 },
    { hook: 'output' },
    { type: 'filter' },
    { policy: 'drop' },
  ])
    assert.is(diffTables(of({}), of(more)).chains.changed.length, 1)
})

diffs.run()
