import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { importTables } from '../../src/listing/ruleset.js'
import type { Origin, Rule, Table, TableFamily } from '../../src/rules/table.js'

export const IMPORTED: Origin = { concern: 'imported' }

/** A whole listing of a table `t` with these objects, as nft prints them. */
export const listing = (objects: readonly string[], family: TableFamily = 'ip'): string => {
  const table = `{"table": {"family": "${family}", "name": "t", "handle": 1}}`
  return `{"nftables": [${[METAINFO, table, ...objects].join(', ')}]}\n`
}
export const METAINFO =
  '{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}'

/** What a listing gives, which must be fine. */
export function tablesOf(text: string): readonly Table[] {
  const problems = new Diagnostics()
  const tables = importTables({ name: 'live.json', text }, problems)
  assert.equal(problems.all(), [])
  return tables
}

/** The one table of a listing with these objects. */
export function tableWith(objects: readonly string[], family: TableFamily = 'ip'): Table {
  const tables = tablesOf(listing(objects, family))
  assert.is(tables.length, 1)
  return tables[0] as Table
}

/** What rules may refer to: a name of each kind. */
const OBJECTS: Readonly<Record<TableFamily, readonly string[]>> = {
  ip: objectsOf('ip', 'ipv4_addr'),
  ip6: objectsOf('ip6', 'ipv6_addr'),
}

function objectsOf(family: TableFamily, address: string): readonly string[] {
  const head = `"family": "${family}", "table": "t"`
  const destination = `["${address}", "inet_proto", "inet_service"`
  return [
    `{"set": {${head}, "name": "set", "type": "${address}", "handle": 2}}`,
    `{"set": {${head}, "name": "clients", "type": "${address}", "handle": 3, "size": 65535, "flags": ["timeout"], "timeout": 10800}}`,
    `{"set": {${head}, "name": "theirs", "type": "mark", "handle": 4}}`,
    `{"map": {${head}, "name": "map", "type": ${destination}], "handle": 5, "map": "verdict"}}`,
    `{"map": {${head}, "name": "endpoints", "type": ${destination}, "integer"], "handle": 6, "map": "${address} . inet_service"}}`,
    `{"chain": {${head}, "name": "a", "handle": 7}}`,
    `{"chain": {${head}, "name": "b", "handle": 8}}`,
  ]
}

/** The rule of these expressions, in a table that has a set, a map and a chain of each kind. */
export function ruleWith(expressions: readonly string[], family: TableFamily = 'ip'): Rule {
  const rule = `{"rule": {"family": "${family}", "table": "t", "chain": "a", "handle": 9, "expr": [${expressions.join(', ')}]}}`
  const table = tableWith([...OBJECTS[family], rule], family)
  const [found] = table.chains.find(({ name }) => name === 'a')?.rules ?? []
  assert.ok(found)
  return found
}
