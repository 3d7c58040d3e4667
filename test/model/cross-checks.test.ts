import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Cidr } from '../../src/address/address.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { EndpointSlice } from '../../src/generated/types.gen.js'
import type { InputObject } from '../../src/input/objects.js'
import { checkCluster } from '../../src/model/cross-checks.js'
import { modelSlice } from '../../src/model/endpoint.js'
import type { ServicePort } from '../../src/model/service-port.js'
import { servicePort, slice } from '../build.js'
import { found, inputObjects, service } from './objects.js'

const crossChecks = suite('cross checks')

interface Input {
  readonly services?: readonly InputObject[]
  readonly slices?: readonly InputObject<EndpointSlice>[]
  readonly ports?: readonly ServicePort[]
  readonly cidrs?: readonly string[]
}

function check({ services = [], slices = [], ports = [], cidrs = [] }: Input): string[] {
  const problems = new Diagnostics()
  const modelled = slices.flatMap(object => modelSlice(object, problems) ?? [])
  const objects = inputObjects(...services, ...slices)
  checkCluster(ports, cidrs as readonly Cidr[], objects, modelled, problems)
  assert.is(problems.errorCount, 0)
  return found(problems)
}

const CIDRS = ['10.96.0.0/16', 'fd00::/108']
const PROXY = { metadata: { labels: { 'service.kubernetes.io/service-proxy-name': 'x' } } }
const web = service({ clusterIP: '10.96.0.1' })

crossChecks('a sound cluster gives no warning', () => {
  assert.equal(
    check({
      services: [web, service({ clusterIP: 'fd00::1' }, { name: 'v6' })],
      slices: [slice([{ addresses: ['10.244.0.1'] }])],
      ports: [servicePort({ externalIPs: ['198.51.100.1'] })],
      cidrs: CIDRS,
    }),
    [],
  )
})

crossChecks('one cluster IP of two Services', () => {
  const other = service({ clusterIP: '10.96.0.01' }, { name: 'other' })
  assert.equal(check({ services: [web, other] }), ['KN103 spec.clusterIP'])
  const headless = service({ clusterIP: 'None' }, { name: 'headless' })
  assert.equal(check({ services: [headless, { ...headless, name: 'other' }] }), [])
})

crossChecks('a cluster IP outside the service CIDRs, as far as they are known', () => {
  const object = service({ clusterIP: '10.97.0.1' })
  assert.equal(check({ services: [object], cidrs: CIDRS }), ['KN104 spec.clusterIP'])
  assert.equal(check({ services: [object] }), [])
})

crossChecks('a cluster IP that another proxy serves and these rules drop', () => {
  const foreign = service({ clusterIP: '10.96.0.2' }, PROXY)
  assert.equal(check({ services: [foreign], cidrs: CIDRS }), ['KN046 spec.clusterIP'])
  assert.equal(check({ services: [foreign] }), [])
})

crossChecks('an external IP inside a service CIDR', () => {
  const ports = [servicePort({ externalIPs: ['10.96.0.9', '198.51.100.1'] })]
  assert.equal(check({ ports, cidrs: CIDRS }), ['KN108 spec.externalIPs'])
  assert.equal(check({ ports }), [])
})

crossChecks('a slice without its Service', () => {
  const lost = slice([{ addresses: ['10.244.0.1'] }])
  assert.equal(check({ slices: [lost] }), ['KN105'])
  const elsewhere = service({}, { namespace: 'elsewhere' })
  assert.equal(check({ services: [elsewhere], slices: [lost] }), ['KN105'])
  assert.equal(check({ services: [service({}, PROXY)], slices: [lost] }), [])
})

crossChecks('a slice port that no port of the Service matches in name and protocol', () => {
  const list = [{ addresses: ['10.244.0.1'] }]
  const portsOf = (...ports: NonNullable<EndpointSlice['ports']>) =>
    check({ services: [web], slices: [slice(list, { ports })] })
  assert.equal(portsOf({ name: '', protocol: 'TCP', port: 1 }, { port: 2 }), [])
  assert.equal(portsOf({ port: 1 }, { name: 'http', port: 2 }), ['KN106 ports.1'])
  assert.equal(portsOf({ protocol: 'UDP', port: 1 }), ['KN106 ports.0'])
  const without = service({ clusterIP: 'None', ports: [] })
  assert.equal(check({ services: [without], slices: [slice(list)] }), [])
})

crossChecks('an endpoint at the cluster IP of any Service', () => {
  const other = service({ clusterIP: '10.96.0.7' }, { name: 'other' })
  const slices = [slice([{ addresses: ['10.244.0.1'] }, { addresses: ['10.96.0.7'] }])]
  assert.equal(check({ services: [web, other], slices }), ['KN107 endpoints'])
})

crossChecks('what is wrong with a slice made of Endpoints is told of their subsets', () => {
  const mirrored = { ...slice([{ addresses: ['10.96.0.1'] }]), kind: 'Endpoints' as const }
  const other = { ...mirrored, value: { ...mirrored.value, ports: [{ name: 'x', port: 1 }] } }
  assert.equal(check({ services: [web], slices: [other] }), ['KN106 subsets', 'KN107 subsets'])
})

crossChecks.run()
