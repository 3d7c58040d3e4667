import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { Service } from '../../../src/generated/types.gen.js'
import { checkService } from '../../../src/model/validate/service.js'
import { found, service } from '../objects.js'

const rules = suite('service')

function check(spec: Partial<Service['spec']>, metadata = {}): string[] {
  const problems = new Diagnostics()
  checkService(service(spec, { metadata }), problems)
  return found(problems)
}

rules('an ExternalName Service has a DNS name and no addresses', () => {
  const type = 'ExternalName'
  assert.equal(check({ type, externalName: 'db.example.com' }), [])
  assert.equal(check({ type, externalName: 'db.example.com.', clusterIP: '', clusterIPs: [] }), [])
  assert.equal(check({ type }), ['KN036 spec.externalName'])
  assert.equal(check({ type, externalName: 'my db' }), ['KN036 spec.externalName'])
  const addressed = {
    type,
    externalName: 'db',
    clusterIP: '10.96.0.1',
    clusterIPs: ['10.96.0.1'],
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  } as const
  assert.equal(check(addressed as unknown as Partial<Service['spec']>), [
    'KN036 spec.clusterIP',
    'KN036 spec.clusterIPs',
    'KN036 spec.ipFamilies',
    'KN036 spec.ipFamilyPolicy',
  ])
})

rules('only a ClusterIP Service can be headless', () => {
  assert.equal(check({ clusterIP: 'None', clusterIPs: ['None'] }), [])
  assert.equal(check({ type: 'NodePort', clusterIP: 'None' }), ['KN036 spec.clusterIP'])
  assert.equal(check({ type: 'LoadBalancer', clusterIP: 'None' }), ['KN036 spec.clusterIP'])
  assert.equal(check({ type: 'NodePort', clusterIP: '10.96.0.1' }), [])
})

rules('externalTrafficPolicy needs a Service that is reached from outside', () => {
  for (const externalTrafficPolicy of ['Cluster', 'Local'] as const) {
    assert.equal(check({ type: 'NodePort', externalTrafficPolicy }), [])
    assert.equal(check({ type: 'LoadBalancer', externalTrafficPolicy }), [])
    assert.equal(check({ externalIPs: ['192.0.2.1'], externalTrafficPolicy }), [])
    assert.equal(check({ externalTrafficPolicy }), ['KN038 spec.externalTrafficPolicy'])
  }
})

rules('healthCheckNodePort needs a load balancer with the Local policy', () => {
  const healthCheckNodePort = 30100
  const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' } as const
  assert.equal(check({ ...local, healthCheckNodePort }), [])
  assert.equal(check(local), [], 'the API server allocates one')
  const wrong = ['KN038 spec.healthCheckNodePort']
  assert.equal(check({ type: 'LoadBalancer', healthCheckNodePort }), wrong)
  const nodePort = {
    type: 'NodePort',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort,
  } as const
  assert.equal(check(nodePort), wrong)
  assert.equal(check({ ...nodePort, healthCheckNodePort: 0 }), [])
})

rules('load balancer fields need a load balancer', () => {
  const fields = { allocateLoadBalancerNodePorts: false, loadBalancerSourceRanges: ['10.0.0.0/8'] }
  assert.equal(check({ type: 'LoadBalancer', ...fields }), [])
  assert.equal(check({ type: 'NodePort', ...fields }), [
    'KN038 spec.allocateLoadBalancerNodePorts',
    'KN038 spec.loadBalancerSourceRanges',
  ])
  assert.equal(check({ loadBalancerSourceRanges: [] }), [])
})

rules('an ExternalName Service has no session affinity', () => {
  const alias = { type: 'ExternalName', externalName: 'db' } as const
  assert.equal(check({ ...alias, sessionAffinity: 'None' }), [])
  assert.equal(check({ ...alias, sessionAffinity: 'ClientIP' }), ['KN038 spec.sessionAffinity'])
})

rules('an affinity timeout needs an affinity', () => {
  const sessionAffinityConfig = { clientIP: { timeoutSeconds: 60 } }
  const wrong = ['KN039 spec.sessionAffinityConfig.clientIP']
  assert.equal(check({ sessionAffinity: 'ClientIP', sessionAffinityConfig }), [])
  assert.equal(check({ sessionAffinity: 'ClientIP' }), [])
  assert.equal(check({ sessionAffinity: 'None', sessionAffinityConfig }), wrong)
  assert.equal(check({ sessionAffinityConfig }), wrong)
  assert.equal(check({ sessionAffinity: 'None', sessionAffinityConfig: {} }), [])
})

rules('topology annotations agree where both are given', () => {
  const mode = 'service.kubernetes.io/topology-mode'
  const hints = 'service.kubernetes.io/topology-aware-hints'
  assert.equal(check({}, { annotations: { [mode]: 'Auto', [hints]: 'Auto' } }), [])
  assert.equal(check({}, { annotations: { [hints]: 'auto' } }), [])
  assert.equal(check({}, { annotations: { [mode]: 'Auto', [hints]: 'Disabled' } }), [
    `KN041 metadata.annotations.${hints}`,
  ])
})

rules.run()
