import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Endpoint } from '../../src/model/endpoint.js'
import { hintedEndpoints } from '../../src/plan/endpoints.js'
import { endpoint, HERE, ips, node, THERE } from '../build.js'

const topology = suite('topology')

const ALL = ['10.1.0.1', '10.2.0.1', '10.3.0.1']

const hinted = (hints: readonly Partial<Endpoint>[], zone: string | undefined = 'a') =>
  ips(
    hintedEndpoints(
      hints.map((hint, i) => endpoint(ALL[i] ?? '', hint)),
      node({ zone }),
    ),
  )

const zones = (...names: string[]): Partial<Endpoint> => ({ zoneHints: names })
const nodes = (...names: string[]): Partial<Endpoint> => ({ nodeHints: names })
const [FIRST = '', SECOND = '', THIRD = ''] = ALL

topology('without hints nothing is filtered', () => {
  assert.equal(hinted([{}, {}, {}]), ALL)
})

topology(
  'zone hints leave the endpoints for this zone, of several zones of an endpoint too',
  () => {
    assert.equal(hinted([zones('a'), zones('b'), zones('c', 'a')]), [FIRST, THIRD])
  },
)

topology('one endpoint without a zone hint switches the filter off', () => {
  assert.equal(hinted([zones('a'), zones('b'), {}]), ALL)
})

topology('hints that name other zones only, or a node without a zone, filter nothing', () => {
  assert.equal(hinted([zones('b'), zones('b'), zones('c')]), ALL)
  const nowhere = [endpoint(FIRST, zones('a')), endpoint(SECOND, zones('b'))]
  assert.equal(hintedEndpoints(nowhere, node()), nowhere)
})

topology('node hints go before zone hints, and need no zone', () => {
  const both = [
    { ...nodes(HERE), ...zones('b') },
    { ...nodes(THERE), ...zones('a') },
  ]
  assert.equal(hinted(both), [FIRST])
  const unzoned = both.map((hint, i) => endpoint(ALL[i] ?? '', hint))
  assert.equal(ips(hintedEndpoints(unzoned, node())), [FIRST])
})

topology('node hints that do not name this node, or are incomplete, give way to zone hints', () => {
  const other = [
    { ...nodes(THERE), ...zones('a') },
    { ...nodes(THERE), ...zones('b') },
  ]
  assert.equal(hinted(other), [FIRST])
  const incomplete = [zones('a'), { ...nodes(HERE), ...zones('b') }]
  assert.equal(hinted(incomplete), [FIRST])
})

topology('a node hint for a node of which no zone is known filters nothing else', () => {
  assert.equal(hinted([nodes(THERE), nodes(THERE), nodes(THERE)]), ALL)
})

topology.run()
