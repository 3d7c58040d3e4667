import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { REGISTRY } from '../../src/check/check.js'
import { CATALOG, LINTS } from '../../src/diagnostics/catalog/index.js'
import { ADDRESS_CASES } from './cases/addresses.js'
import { AFFINITY_CASES } from './cases/affinity.js'
import type { LintCase, LintCases } from './cases/case.js'
import { ENDPOINT_CASES } from './cases/endpoints.js'
import { NODE_CASES } from './cases/nodes.js'
import { POLICY_CASES } from './cases/policies.js'
import { SERVICE_CASES } from './cases/services.js'
import { SLICE_CASES } from './cases/slices.js'
import { SOURCE_RANGE_CASES } from './cases/source-ranges.js'
import { TOPOLOGY_CASES } from './cases/topology.js'
import { checkObjects, told } from './objects.js'

const lints = suite('lints')
const registry = suite('registry of lints')

const FAMILIES: readonly LintCases[] = [
  SERVICE_CASES,
  SOURCE_RANGE_CASES,
  ADDRESS_CASES,
  AFFINITY_CASES,
  ENDPOINT_CASES,
  SLICE_CASES,
  POLICY_CASES,
  TOPOLOGY_CASES,
  NODE_CASES,
]
const CASES = FAMILIES.flatMap(family => Object.entries(family)) as [string, LintCase][]

for (const [id, { fires, silent }] of CASES) {
  lints(`${id} fires: ${CATALOG[id as keyof typeof CATALOG].title}`, () => {
    const report = checkObjects(fires.objects, fires.options)
    assert.not.ok(report.isPartial, told(report).join('\n'))
    assert.equal(told(report, id), [fires.says].flat())
  })

  for (const [situation, { objects, options, withoutNodes }] of Object.entries(silent)) {
    lints(`${id} is silent: ${situation}`, () => {
      const report = checkObjects(objects, options, undefined, withoutNodes)
      assert.not.ok(report.isPartial, told(report).join('\n'))
      assert.equal(told(report, id), [])
    })
  }
}

registry('every lint of the catalogue is there, and none beside them but KN062', () => {
  assert.equal(Object.keys(REGISTRY).sort(), [...Object.keys(LINTS), 'KN062'].sort())
  assert.ok(Object.keys(LINTS).length >= 30)
})

registry(
  'every lint has a case that fires and one that is silent, and stands in one family',
  () => {
    const ids = CASES.map(([id]) => id)
    assert.equal(ids.toSorted(), Object.keys(REGISTRY).sort())
    for (const [id, { silent }] of CASES) assert.ok(Object.keys(silent).length > 0, id)
  },
)

registry('no lint is an error: rules can be made of what they find', () => {
  for (const [id, { severity }] of Object.entries(LINTS)) assert.is.not(severity, 'error', id)
})

registry('every lint says the same beside an object of somebody else that has an error', () => {
  const broken = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'broken' }, spec: 1 }
  for (const [id, { fires }] of CASES) {
    const report = checkObjects([...fires.objects, broken], fires.options)
    assert.not.ok(report.isPartial)
    assert.equal(
      report.leftOut.map(({ subject }) => subject.label),
      ['default/broken'],
    )
    assert.equal(told(report, id), [fires.says].flat(), id)
  }
})

registry('beside a Node with an error only lints that look at one object at a time run', () => {
  const broken = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'broken' }, spec: 1 }
  for (const [id, { fires }] of CASES) {
    const report = checkObjects([...fires.objects, broken], fires.options)
    assert.ok(report.isPartial)
    const isAlone = REGISTRY[id as keyof typeof REGISTRY].needs === 'object'
    assert.equal(told(report, id), isAlone ? [fires.says].flat() : [], id)
  }
})

lints.run()
registry.run()
