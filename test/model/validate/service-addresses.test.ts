import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { LoadBalancerIngress, Service } from '../../../src/generated/types.gen.js'
import { checkServiceAddresses } from '../../../src/model/validate/service.js'
import { found, service } from '../objects.js'

const rules = suite('service addresses')

function check(spec: Partial<Service['spec']>, status?: Service['status']): string[] {
  const problems = new Diagnostics()
  checkServiceAddresses(service(spec, status === undefined ? {} : { status }), problems)
  return found(problems)
}

rules('external IPs are usable addresses', () => {
  assert.equal(check({ externalIPs: ['192.0.2.1', '2001:db8::1'] }), [])
  const invalid = ['', 'host', '10.1', '192.0.2.1:80', 'fe80::1%eth0', ' 192.0.2.1', '0x7f.0.0.1']
  for (const ip of invalid) assert.equal(check({ externalIPs: [ip] }), ['KN021 spec.externalIPs.0'])
  for (const ip of ['0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.1', '::', '::1', 'fe80::1']) {
    assert.equal(check({ externalIPs: ['192.0.2.1', ip] }), ['KN025 spec.externalIPs.1'], ip)
  }
})

rules('dubious spellings of addresses are warned of', () => {
  const wrong = ['KN023 spec.externalIPs.0']
  assert.equal(check({ externalIPs: ['192.000.002.010'] }), wrong)
  assert.equal(check({ externalIPs: ['::ffff:192.0.2.1'] }), wrong)
  assert.equal(check({ clusterIP: '10.096.0.1' }), ['KN023 spec.clusterIP'])
})

rules('source ranges of a load balancer are CIDRs, blanks around them aside', () => {
  const type = 'LoadBalancer'
  const ranges = ['10.0.0.0/8', ' 192.0.2.0/24\t', '2001:db8::/32', '0.0.0.0/0']
  assert.equal(check({ type, loadBalancerSourceRanges: ranges }), [])
  for (const range of ['10.0.0.0', '10.0.0.0/33', 'fd00::/129', '10.0.0.0/08', '', 'all', '/8']) {
    assert.equal(
      check({ type, loadBalancerSourceRanges: [range] }),
      ['KN022 spec.loadBalancerSourceRanges.0'],
      range,
    )
  }
  // A field that the type forbids is reported as such, and not read.
  assert.equal(check({ loadBalancerSourceRanges: ['all'] }), [])
})

rules('host bits in a CIDR are warned of, and so are leading zeros', () => {
  const ranges = ['10.1.2.3/8', '010.0.0.0/8']
  assert.equal(check({ type: 'LoadBalancer', loadBalancerSourceRanges: ranges }), [
    'KN024 spec.loadBalancerSourceRanges.0',
    'KN023 spec.loadBalancerSourceRanges.1',
  ])
})

const ingress = (
  entry: LoadBalancerIngress,
  type: NonNullable<Service['spec']['type']> = 'LoadBalancer',
): string[] => check({ type }, { loadBalancer: { ingress: [entry] } })

rules('a load balancer ingress has an address or a DNS name', () => {
  const at = 'status.loadBalancer.ingress.0'
  for (const ip of ['192.0.2.1', '2001:db8::1', '127.0.0.1']) assert.equal(ingress({ ip }), [])
  assert.equal(ingress({ hostname: 'lb.example.com' }), [])
  assert.equal(ingress({ ip: '', hostname: 'localhost' }), [])
  assert.equal(ingress({ ip: 'lb.example.com' }), [`KN040 ${at}.ip`])
  assert.equal(ingress({ ip: '192.0.2.01' }), [`KN023 ${at}.ip`])
  for (const hostname of ['192.0.2.1', '2001:db8::1', 'LB', 'my_lb', 'a b']) {
    assert.equal(ingress({ hostname }), [`KN040 ${at}.hostname`], hostname)
  }
})

rules('ipMode stands beside an ip only', () => {
  assert.equal(ingress({ ip: '192.0.2.1', ipMode: 'Proxy' }), [])
  assert.equal(ingress({ hostname: 'lb', ipMode: 'VIP' }), [
    'KN040 status.loadBalancer.ingress.0.ipMode',
  ])
})

rules('only a load balancer has an ingress', () => {
  assert.equal(ingress({ ip: '192.0.2.1' }, 'NodePort'), ['KN040 status.loadBalancer.ingress'])
  assert.equal(check({ type: 'NodePort' }, { loadBalancer: {} }), [])
  assert.equal(check({ type: 'NodePort' }, { loadBalancer: { ingress: [] } }), [])
})

rules.run()
