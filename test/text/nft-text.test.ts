import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { DROP, rule } from '../../src/rules/build.js'
import type { Origin, Table } from '../../src/rules/table.js'
import { renderNftTable } from '../../src/text/nft-table.js'

const tables = suite('tables in the words of nft')

const origin: Origin = { concern: 'base' }
const BASE = { type: 'filter', hook: 'input', priority: 0 } as const
const table = (parts: Partial<Table> = {}): Table => ({
  family: 'ip',
  name: 't',
  sets: [],
  maps: [],
  endpointMaps: [],
  chains: [],
  ...parts,
})
const text = (parts: Partial<Table>): string =>
  renderNftTable(table(parts), { node: 'worker-1', comments: false })
const head = (name: string): string =>
  `# Made by kubenat for node worker-1: kube-proxy's ip table. Changes here are lost.
table ip ${name}
delete table ip ${name}

table ip ${name} {
`

tables('a table has a comment only if it is given', () => {
  assert.is(text({}), `${head('t')}}\n`)
  assert.is(text({ comment: 'why' }), `${head('t')}\tcomment "why"\n}\n`)
})

tables('so do its sets, maps and chains', () => {
  const named = { name: 'x', elements: [], origin }
  const parts = (comment?: string): string => {
    const note = comment === undefined ? {} : { comment }
    return text({
      sets: [{ ...named, key: ['port'], ...note }],
      maps: [{ ...named, name: 'm', key: ['protocol'], ...note }],
      endpointMaps: [{ ...named, name: 'e', fields: ['dport'], ...note }],
      chains: [{ name: 'c', rules: [], origin, ...note }],
    })
  }
  assert.not.match(parts(), 'comment')
  assert.is(parts('why').split('\t\tcomment "why"\n').join(''), parts())
  assert.is(parts('why').split('comment').length - 1, 4)
})

tables('a base chain states its policy only where it is to drop', () => {
  const chain = { name: 'c', rules: [rule([], DROP, origin)], origin }
  const hook = '\t\ttype filter hook input priority 0;'
  assert.match(text({ chains: [{ ...chain, base: BASE }] }), `${hook}\n\t\tdrop\n`)
  const dropping = { ...chain, base: { ...BASE, policy: 'drop' } as const }
  assert.match(text({ chains: [dropping] }), `${hook} policy drop;\n\t\tdrop\n`)
})

tables('a table with objects that only a listing has is refused', () => {
  assert.throws(
    () => text({ foreign: [{ type: 'counter', name: 'c', json: '{}' }] }),
    /internal error: an imported table with foreign objects is not rendered/,
  )
})

tables.run()
