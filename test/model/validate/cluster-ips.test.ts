import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { Service } from '../../../src/generated/types.gen.js'
import { checkServiceAddresses } from '../../../src/model/validate/service.js'
import { found, service } from '../objects.js'

const rules = suite('cluster IPs')

function check(spec: Partial<Service['spec']>): string[] {
  const problems = new Diagnostics()
  checkServiceAddresses(service(spec), problems)
  return found(problems)
}

const V4 = '10.96.0.1'
const V6 = 'fd00::1'

rules('what an API server fills in passes', () => {
  const filled: Partial<Service['spec']>[] = [
    { clusterIP: V4, clusterIPs: [V4], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' },
    {
      clusterIP: V6,
      clusterIPs: [V6, V4],
      ipFamilies: ['IPv6', 'IPv4'],
      ipFamilyPolicy: 'RequireDualStack',
    },
    { clusterIP: V4, clusterIPs: [V4], ipFamilies: ['IPv4'], ipFamilyPolicy: 'PreferDualStack' },
    {
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    },
    {
      clusterIP: 'None',
      clusterIPs: ['None'],
      ipFamilies: ['IPv6'],
      ipFamilyPolicy: 'SingleStack',
    },
  ]
  for (const spec of filled) assert.equal(check(spec), [], JSON.stringify(spec))
})

rules('what people write by hand passes', () => {
  const written: Partial<Service['spec']>[] = [
    {},
    { clusterIP: '' },
    { clusterIP: 'None' },
    { clusterIP: V4 },
    { clusterIP: V6 },
    { ipFamilies: ['IPv6'] },
    { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'PreferDualStack' },
    { ipFamilyPolicy: 'RequireDualStack' },
    {
      clusterIP: V4,
      clusterIPs: [V4],
      ipFamilies: ['IPv4', 'IPv6'],
      ipFamilyPolicy: 'RequireDualStack',
    },
  ]
  for (const spec of written) assert.equal(check(spec), [], JSON.stringify(spec))
})

rules('clusterIP is the first of clusterIPs', () => {
  assert.equal(check({ clusterIP: '10.96.0.2', clusterIPs: [V4] }), ['KN037 spec.clusterIPs.0'])
  assert.equal(check({ clusterIPs: [V4] }), ['KN037 spec.clusterIPs.0'])
  assert.equal(check({ clusterIPs: ['None'] }), ['KN037 spec.clusterIPs.0'])
})

rules('cluster IPs are addresses', () => {
  assert.equal(check({ clusterIP: 'none' }), ['KN021 spec.clusterIP'])
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, ''] }), ['KN021 spec.clusterIPs.1'])
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, 'None'] }), ['KN021 spec.clusterIPs.1'])
})

rules('addresses that cannot be read are of no family', () => {
  assert.equal(check({ clusterIP: 'a', clusterIPs: ['a', 'b'] }), [
    'KN021 spec.clusterIPs.0',
    'KN021 spec.clusterIPs.1',
  ])
})

rules('None stands alone', () => {
  assert.equal(check({ clusterIP: 'None', clusterIPs: ['None', V4] }), ['KN037 spec.clusterIPs'])
})

rules('there is one cluster IP of each family', () => {
  const wrong = ['KN037 spec.clusterIPs']
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, '10.96.0.2'] }), wrong)
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, V6, 'fd00::2'] }), wrong)
  // A mapped address is an IPv4 address.
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, '::ffff:10.96.0.2'] }), [
    'KN023 spec.clusterIPs.1',
    ...wrong,
  ])
})

rules('there are at most two families, and different ones', () => {
  assert.equal(check({ ipFamilies: ['IPv4', 'IPv4'] }), ['KN037 spec.ipFamilies'])
  assert.equal(check({ ipFamilies: ['IPv4', 'IPv6', 'IPv4'] }), ['KN037 spec.ipFamilies'])
})

rules('cluster IPs are of the families in the order of ipFamilies', () => {
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, V6], ipFamilies: ['IPv6', 'IPv4'] }), [
    'KN037 spec.clusterIPs.0',
    'KN037 spec.clusterIPs.1',
  ])
  assert.equal(check({ clusterIP: V6, ipFamilies: ['IPv4'] }), ['KN037 spec.clusterIP'])
})

rules('SingleStack has one family', () => {
  const ipFamilyPolicy = 'SingleStack'
  const wrong = ['KN037 spec.ipFamilyPolicy']
  assert.equal(check({ ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy }), wrong)
  assert.equal(check({ clusterIP: V4, clusterIPs: [V4, V6], ipFamilyPolicy }), wrong)
})

rules('an ExternalName Service is left to the check of its type', () => {
  assert.equal(check({ type: 'ExternalName', clusterIP: 'x', ipFamilies: ['IPv4', 'IPv4'] }), [])
})

rules.run()
