import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { EndpointSubset } from '../../../src/generated/types.gen.js'
import { checkEndpoints } from '../../../src/model/validate/endpoints.js'
import { found, inputObject } from '../objects.js'

const rules = suite('endpoints')

function check(subset: EndpointSubset): string[] {
  const problems = new Diagnostics()
  const value = { metadata: { name: 'web' }, subsets: [subset] }
  checkEndpoints(inputObject('Endpoints', value), problems)
  return found(problems)
}

rules('port names are valid and unique in their subset', () => {
  assert.equal(check({ ports: [{ port: 80 }] }), [])
  assert.equal(
    check({
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
    [],
  )
  assert.equal(check({ ports: [{ name: 'A', port: 80 }] }), ['KN051 subsets.0.ports.0.name'])
  assert.equal(check({ ports: [{ port: 80 }, { port: 81 }] }), ['KN051 subsets.0.ports.1.name'])
})

rules('node names are DNS subdomains, also of addresses that are not ready', () => {
  const ip = '10.244.0.1'
  assert.equal(check({ addresses: [{ ip, nodeName: 'worker-1' }, { ip }] }), [])
  assert.equal(
    check({
      addresses: [{ ip, nodeName: 'W' }],
      notReadyAddresses: [{ ip }, { ip, nodeName: 'W' }],
    }),
    ['KN054 subsets.0.addresses.0.nodeName', 'KN054 subsets.0.notReadyAddresses.1.nodeName'],
  )
})

rules('more than 1000 addresses are no error', () => {
  assert.equal(check({ addresses: Array(1001).fill({ ip: '10.244.0.1' }) }), [])
})

rules.run()
