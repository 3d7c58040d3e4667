import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type {
  EndpointPortSpec,
  EndpointSlice,
  EndpointSpec,
} from '../../../src/generated/types.gen.js'
import { checkEndpointSlice } from '../../../src/model/validate/endpoints.js'
import { found, inputObject } from '../objects.js'

const rules = suite('endpoint slice')

function check(value: Partial<EndpointSlice>): string[] {
  const problems = new Diagnostics()
  const slice = { metadata: { name: 'web-x' }, addressType: 'IPv4', ...value } as const
  checkEndpointSlice(inputObject('EndpointSlice', slice), problems)
  return found(problems)
}

const addresses = ['10.244.0.1']
const many = <T>(count: number, item: T): T[] => Array<T>(count).fill(item)
const endpoint = (more: EndpointSpec): string[] => check({ endpoints: [{ addresses, ...more }] })

rules('a slice holds at most 1000 endpoints', () => {
  assert.equal(check({}), [])
  assert.equal(check({ endpoints: many(1000, { addresses }) }), [])
  assert.equal(check({ endpoints: many(1001, { addresses }) }), ['KN050 endpoints'])
})

rules('an endpoint has 1 to 100 addresses, which are not looked at here', () => {
  const at = ['KN050 endpoints.0.addresses']
  assert.equal(endpoint({ addresses: many(100, 'whatever') }), [])
  assert.equal(endpoint({ addresses: many(101, '10.244.0.1') }), at)
  assert.equal(endpoint({ addresses: [] }), at)
  assert.equal(check({ endpoints: [{}] }), at)
})

rules('a slice holds at most 20000 ports', () => {
  const ports = (count: number): EndpointPortSpec[] =>
    Array.from({ length: count }, (_, i) => ({ name: `p${i}`, port: 80 }))
  assert.equal(check({ ports: ports(20000) }), [])
  assert.equal(check({ ports: ports(20001) }), ['KN050 ports'])
})

rules('port names are empty or DNS labels', () => {
  for (const name of ['', 'http', '8080', 'x'.repeat(63)])
    assert.equal(check({ ports: [{ name }] }), [])
  for (const name of ['HTTP', 'a.b', 'a\n', 'x'.repeat(64)]) {
    assert.equal(check({ ports: [{ name }] }), ['KN051 ports.0.name'], name)
  }
})

rules('port names are unique, whatever the protocol', () => {
  assert.equal(check({ ports: [{ name: 'dns' }, { name: 'dns-tcp' }] }), [])
  const twice: EndpointPortSpec[] = [{ name: 'dns', protocol: 'UDP' }, { name: 'dns' }]
  assert.equal(check({ ports: twice }), ['KN051 ports.1.name'])
  assert.equal(check({ ports: [{ port: 80 }, { name: '', port: 81 }] }), ['KN051 ports.1.name'])
})

rules('a node name is a DNS subdomain', () => {
  assert.equal(endpoint({ nodeName: 'ip-10-0-0-1.eu.internal' }), [])
  for (const nodeName of ['', 'Node 1', 'a_b', 'a\n']) {
    assert.equal(endpoint({ nodeName }), ['KN054 endpoints.0.nodeName'], nodeName)
  }
})

const names = (...names: string[]) => names.map(name => ({ name }))
const eight = names('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')

rules('hints are at most eight of each sort', () => {
  assert.equal(endpoint({ hints: { forZones: eight, forNodes: eight } }), [])
  assert.equal(endpoint({ hints: {} }), [])
  const nine = [...eight, { name: 'i' }]
  assert.equal(endpoint({ hints: { forZones: nine, forNodes: nine } }), [
    'KN053 endpoints.0.hints.forZones',
    'KN053 endpoints.0.hints.forNodes',
  ])
})

rules('hints are neither empty nor repeated, and of names that can be', () => {
  assert.equal(endpoint({ hints: { forZones: names('Zone_1'), forNodes: names('n-1.x') } }), [])
  for (const zones of [names(''), names('a', 'b', 'a'), names('a b')]) {
    assert.equal(endpoint({ hints: { forZones: zones } }), ['KN053 endpoints.0.hints.forZones'])
  }
  for (const nodes of [names(''), names('a', 'a'), names('Zone_1')]) {
    assert.equal(endpoint({ hints: { forNodes: nodes } }), ['KN053 endpoints.0.hints.forNodes'])
  }
})

rules.run()
