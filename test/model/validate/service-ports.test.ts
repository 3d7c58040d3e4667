import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { Service, ServicePortSpec } from '../../../src/generated/types.gen.js'
import { checkServicePorts } from '../../../src/model/validate/service-ports.js'
import { found, service } from '../objects.js'

const rules = suite('service ports')

const RANGE = { from: 30000, to: 32767 }

function check(spec: Partial<Service['spec']>, range = RANGE): string[] {
  const problems = new Diagnostics()
  checkServicePorts(service(spec), range, problems)
  return found(problems)
}

const ports = (...ports: ServicePortSpec[]): string[] => check({ type: 'NodePort', ports })

rules('only headless and ExternalName Services do without ports', () => {
  assert.equal(check({ ports: [] }), ['KN030 spec.ports'])
  assert.equal(check({ type: 'LoadBalancer', ports: [] }), ['KN030 spec.ports'])
  assert.equal(check({ clusterIP: 'None', ports: [] }), [])
  assert.equal(check({ type: 'ExternalName', ports: [] }), [])
})

rules('a single port needs no name, several do', () => {
  assert.equal(ports({ port: 80 }), [])
  assert.equal(ports({ port: 80, name: 'http' }, { port: 443, name: 'https' }), [])
  assert.equal(ports({ port: 80 }, { port: 443, name: '' }), [
    'KN031 spec.ports.0.name',
    'KN031 spec.ports.1.name',
  ])
})

rules('port names are DNS labels, unique whatever the protocol', () => {
  for (const name of ['HTTP', 'a.b', 'a_b', '-a', 'a\n', 'x'.repeat(64)]) {
    assert.equal(ports({ port: 80, name }), ['KN031 spec.ports.0.name'], name)
  }
  assert.equal(ports({ port: 53, name: 'dns' }, { port: 53, protocol: 'UDP', name: 'dns' }), [
    'KN031 spec.ports.1.name',
  ])
})

rules('a port is listed once for its protocol', () => {
  const tcp = { port: 53, name: 'tcp' }
  assert.equal(ports(tcp, { port: 53, protocol: 'UDP', name: 'udp' }), [])
  assert.equal(ports(tcp, { port: 53, protocol: 'TCP', name: 'again' }), [
    'KN032 spec.ports.1.port',
  ])
})

rules('a node port is listed once for its protocol', () => {
  const tcp = { port: 53, name: 'tcp', nodePort: 30053 }
  assert.equal(ports(tcp, { port: 53, protocol: 'UDP', name: 'udp', nodePort: 30053 }), [])
  assert.equal(ports(tcp, { port: 54, name: 'b', nodePort: 30053 }), [
    'KN032 spec.ports.1.nodePort',
  ])
  assert.equal(ports({ ...tcp, nodePort: 0 }, { port: 54, name: 'b', nodePort: 0 }), [])
})

rules('targetPort is a port, the name of one, or absent', () => {
  for (const targetPort of [1, 65535, 'http', 'a', 'p-8080', 'x'.repeat(15), 0, '']) {
    assert.equal(ports({ port: 80, targetPort }), [], String(targetPort))
  }
  const wrong = [-1, 65536, '80', 'HTTP', 'a--b', '-a', 'a-', 'a_b', 'a\n', 'x'.repeat(16)]
  for (const targetPort of wrong) {
    assert.equal(
      ports({ port: 80, targetPort }),
      ['KN033 spec.ports.0.targetPort'],
      String(targetPort),
    )
  }
})

rules('a ClusterIP Service has no node ports', () => {
  assert.equal(check({ ports: [{ port: 80, nodePort: 30080 }] }), ['KN034 spec.ports.0.nodePort'])
  assert.equal(check({ ports: [{ port: 80, nodePort: 0 }] }), [])
  assert.equal(ports({ port: 80, nodePort: 30080 }), [])
})

rules('node ports lie in the range given, both ends included', () => {
  const wrong = ['KN035 spec.ports.0.nodePort']
  for (const nodePort of [30000, 32767]) assert.equal(ports({ port: 80, nodePort }), [])
  for (const nodePort of [29999, 32768]) assert.equal(ports({ port: 80, nodePort }), wrong)
  const spec: Partial<Service['spec']> = {
    type: 'LoadBalancer',
    ports: [{ port: 1, nodePort: 80 }],
  }
  assert.equal(check(spec), wrong)
  assert.equal(check(spec, { from: 1, to: 100 }), [])
})

rules('healthCheckNodePort is none of the node ports, whatever the protocol', () => {
  const spec = (nodePort: number): Partial<Service['spec']> => ({
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    healthCheckNodePort: 30100,
    ports: [{ port: 80, protocol: 'UDP', nodePort }],
  })
  assert.equal(check(spec(30101)), [])
  assert.equal(check(spec(30100)), ['KN045 spec.healthCheckNodePort'])
  assert.equal(
    check({ type: 'NodePort', healthCheckNodePort: 0, ports: [{ port: 1, nodePort: 0 }] }),
    [],
  )
})

rules.run()
