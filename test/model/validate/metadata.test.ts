import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import type { InputObject } from '../../../src/input/objects.js'
import { checkMetadata } from '../../../src/model/validate/addresses.js'
import { processorSeconds } from '../../processor-time.js'
import { found, inputObject, service } from '../objects.js'

const metadata = suite('metadata')

function check(object: InputObject): string[] {
  const problems = new Diagnostics()
  checkMetadata(object, problems)
  return found(problems)
}

const NAME = ['KN020 metadata.name']
const node = (name: string, labels = {}) => inputObject('Node', { metadata: { name, labels } })

metadata('a Service name is a DNS label and may begin with a digit', () => {
  for (const name of ['web', '0web', 'a', 'a-b--c', 'x'.repeat(63)]) {
    assert.equal(check(service({}, { name })), [], name)
  }
  const wrong = [
    '',
    'Web',
    'web.',
    'a.b',
    '-web',
    'web-',
    'we_b',
    'web\n',
    'w\u00e9b',
    'x'.repeat(64),
  ]
  for (const name of [...wrong, '__proto__', '"; drop']) {
    assert.equal(check(service({}, { name })), NAME, name)
  }
})

metadata('other names are DNS subdomains', () => {
  for (const name of ['worker-1', 'ip-10-0-0-1.eu.compute.internal', 'x'.repeat(253)]) {
    assert.equal(check(node(name)), [], name)
  }
  for (const name of ['a..b', '.a', 'a.', 'a.-b', 'A.b', 'a b', 'x'.repeat(254)]) {
    assert.equal(check(node(name)), NAME, name)
  }
  const slice = inputObject('EndpointSlice', {
    metadata: { name: 'web.x_y' },
    addressType: 'IPv4',
  })
  assert.equal(check(slice), NAME)
  assert.equal(check(inputObject('Endpoints', { metadata: { name: 'Web' } })), NAME)
  assert.equal(check(inputObject('ServiceCIDR', { metadata: { name: 'K' }, spec: {} })), NAME)
})

metadata('a namespace is a DNS label, and only namespaced kinds have one', () => {
  assert.equal(check(service({}, { namespace: 'kube-system' })), [])
  assert.equal(check(service({}, { namespace: 'kube.system' })), ['KN020 metadata.namespace'])
  assert.equal(check(node('worker-1')), [])
})

metadata('a label that is read has a valid value, others are left alone', () => {
  const zone = 'topology.kubernetes.io/zone'
  for (const value of ['', 'eu-west-1a', 'Zone_1.b', 'x'.repeat(63)]) {
    assert.equal(check(node('n', { [zone]: value })), [], value)
  }
  for (const value of ['-a', 'a b', 'a\n', 'x'.repeat(64)]) {
    assert.equal(check(node('n', { [zone]: value })), [`KN020 metadata.labels.${zone}`], value)
  }
  assert.equal(check(node('n', { other: 'not valid!' })), [])
  const proxied = { labels: { 'service.kubernetes.io/service-proxy-name': 'my proxy' } }
  assert.equal(check(service({}, { metadata: proxied })), [
    'KN020 metadata.labels.service.kubernetes.io/service-proxy-name',
  ])
})

metadata('megabytes of a name take no time', () => {
  const seconds = processorSeconds(() =>
    assert.equal(check(node(`${'a-'.repeat(2_000_000)}!`)), NAME),
  )
  assert.ok(seconds < 0.5, `${seconds} s`)
})

metadata.run()
