import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { goto, inSet, jump, rule, vmap } from '../../src/rules/build.js'
import { checkTable } from '../../src/rules/check.js'
import type { Statement } from '../../src/rules/statement.js'
import type { Chain, EndpointMap, Origin, Table, VerdictMap } from '../../src/rules/table.js'
import { servicePort } from '../build.js'

const check = suite('check of a table')

const FIXED: Origin = { concern: 'base' }
const OWN: Origin = { concern: 'services', port: servicePort() }

const table = (parts: Partial<Table>): Table => ({
  family: 'ip',
  name: 't',
  comment: 'c',
  sets: [],
  maps: [],
  endpointMaps: [],
  chains: [],
  ...parts,
})
const chain = (name: string, statements: readonly Statement[] = [], origin = FIXED): Chain => ({
  name,
  rules: statements.map(statement => rule([], statement, FIXED)),
  origin,
})
const set = (name: string, ...keys: readonly string[][]) => ({
  name,
  key: ['address'] as const,
  elements: keys.map(key => ({ key, origin: FIXED })),
  origin: FIXED,
})
const map = (name: string, elements: Record<string, string>): VerdictMap => ({
  name,
  key: ['address'],
  comment: 'c',
  elements: Object.entries(elements).map(([key, target]) => ({
    key: key.split(' '),
    verdict: goto(target),
    origin: FIXED,
  })),
  origin: FIXED,
})

const endpointMap = (name: string, ...keys: readonly string[][]): EndpointMap => ({
  name,
  fields: ['daddr'],
  comment: 'c',
  elements: keys.map(key => ({ key, to: { ip: '10.1.0.1', port: 80 }, origin: FIXED })),
  origin: FIXED,
})

const breaks = (parts: Partial<Table>, message: string): void =>
  assert.throws(
    () => checkTable(table(parts)),
    (error: Error) => error.message === `internal error: ${message}`,
    message,
  )

check('a sound table passes, also with a set named like a chain', () => {
  checkTable(
    table({
      sets: [set('x', ['10.0.0.1'], ['10.0.0.2'])],
      maps: [map('m', { '10.0.0.1': 'own' })],
      chains: [chain('x', [vmap(['daddr'], 'm')]), chain('own', [jump('x')], OWN), chain('unused')],
    }),
  )
})

check('a name of 255 characters fits, a longer one does not', () => {
  checkTable(table({ chains: [chain('x'.repeat(255))] }))
  const long = 'x'.repeat(256)
  breaks({ chains: [chain(long)] }, `name of 256 characters: ${long}`)
  breaks({ sets: [set(long)] }, `name of 256 characters: ${long}`)
})

check('two chains, two sets, or a set and a map of one name', () => {
  breaks({ chains: [chain('x'), chain('x')] }, 'two objects are named x')
  breaks({ sets: [set('x'), set('x')] }, 'two objects are named x')
  breaks({ sets: [set('x')], maps: [map('x', {})] }, 'two objects are named x')
  breaks({ sets: [set('x')], endpointMaps: [endpointMap('x')] }, 'two objects are named x')
})

check('a key that stands twice', () => {
  breaks({ sets: [set('x', ['10.0.0.1', 'tcp'], ['10.0.0.1', 'tcp'])] }, 'x holds a key twice')
  breaks({ endpointMaps: [endpointMap('x', ['a', '0'], ['a', '0'])] }, 'x holds a key twice')
  checkTable(table({ sets: [set('x', ['10.0.0.1', 'tcp'], ['10.0.0.1', 'udp'])] }))
})

check('a rule or an element that leads to a missing chain', () => {
  breaks({ chains: [chain('x', [jump('y')])] }, 'x leads to missing chain y')
  breaks({ maps: [map('m', { '10.0.0.1': 'y' })] }, 'm leads to missing chain y')
})

check('a rule that looks into a missing set or map', () => {
  const message = 'x looks into missing set or map y'
  breaks({ chains: [chain('x', [vmap(['daddr'], 'y')])] }, message)
  const looking = { ...chain('x'), rules: [rule([inSet(['daddr'], 'y')], jump('x'), FIXED)] }
  breaks({ chains: [looking] }, message)
})

check('a chain of a service port that nothing leads to', () => {
  breaks({ chains: [chain('own', [], OWN)] }, 'nothing leads to chain own')
})

check.run()
