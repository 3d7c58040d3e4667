import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { parseSources } from '../../src/input/objects.js'
import { type ValidatedInput, validateObjects } from '../../src/input/schema.js'
import { reported, source } from './sources.js'

const validate = suite('validate')

interface Validated extends ValidatedInput {
  readonly problems: Diagnostics
  /** Labels of the valid objects. */
  readonly labels: readonly string[]
}

function validated(...texts: string[]): Validated {
  const problems = new Diagnostics()
  const sources = texts.map((text, i) => source(text, `file-${i}.yaml`))
  const { objects, skipped } = validateObjects(parseSources(sources, problems), problems)
  const labels = Object.values(objects).flatMap(list => list.map(({ label }) => label))
  return { objects, skipped, problems, labels }
}

const service = (spec: string, metadata = 'name: web'): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {${metadata}}\nspec:\n${spec.replace(/^/gm, '  ')}\n`

validate('objects are sorted by kind and named as users write them', () => {
  const { objects, problems, labels } = validated(
    `${service('type: ClusterIP')}---
{apiVersion: v1, kind: Endpoints, metadata: {name: web, namespace: shop}}
---
{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: web-1}, addressType: IPv4}
---
{apiVersion: v1, kind: Node, metadata: {name: worker-1, namespace: ignored}}
---
{apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: {name: a}, spec: {cidrs: [10.0.0.0/8]}}
---
{apiVersion: networking.k8s.io/v1beta1, kind: ServiceCIDR, metadata: {name: b}, spec: {}}
`,
  )
  assert.equal(reported(problems), [])
  assert.equal(labels, [
    'default/web',
    'Endpoints shop/web',
    'EndpointSlice default/web-1',
    'Node worker-1',
    'ServiceCIDR a',
    'ServiceCIDR b',
  ])
  const [web] = objects.Service
  assert.is(web?.namespace, 'default')
  assert.is(web?.kind, 'Service')
  assert.is(objects.Node[0]?.namespace, '')
})

validate(
  'other kinds are skipped and counted, also those that share a name with one of ours',
  () => {
    const { skipped, problems } = validated(`{apiVersion: apps/v1, kind: Deployment}
---
{apiVersion: apps/v1, kind: Deployment}
---
{apiVersion: serving.knative.dev/v1, kind: Service}
---
{apiVersion: v1, kind: toString}
`)
    assert.equal(
      [...skipped],
      [
        ['apps/v1 Deployment', 2],
        ['serving.knative.dev/v1 Service', 1],
        ['v1 toString', 1],
      ],
    )
    assert.equal(reported(problems), [])
  },
)

validate('a known kind of another version is an error', () => {
  const { problems } = validated(`apiVersion: discovery.k8s.io/v1beta1
kind: EndpointSlice
metadata: {name: a}
---
{apiVersion: v2, kind: Service}
---
{apiVersion: v1, kind: EndpointSlice}
---
{apiVersion: networking.k8s.io/v1alpha1, kind: ServiceCIDR}
`)
  assert.equal(reported(problems), [
    '1:13 KN009 EndpointSlice is read as discovery.k8s.io/v1 only (got "discovery.k8s.io/v1beta1")',
    '5:14 KN009 Service is read as v1 only (got "v2")',
    '7:14 KN009 EndpointSlice is read as discovery.k8s.io/v1 only (got "v1")',
    '9:14 KN009 ServiceCIDR is read as networking.k8s.io/v1 or networking.k8s.io/v1beta1 only (got "networking.k8s.io/v1alpha1")',
  ])
  assert.equal(
    problems.all().map(({ subject }) => subject?.label),
    ['EndpointSlice default/a', 'Service', 'EndpointSlice', 'ServiceCIDR'],
  )
})

validate('no kind or no apiVersion is an error', () => {
  const { problems } = validated(
    'spec: {}\n---\nkind: Service\nmetadata: {name: web}\n---\nkind: 5\napiVersion: v1\n',
  )
  const needs = 'every Kubernetes object has apiVersion and kind'
  assert.equal(reported(problems), [
    `1:1 KN007 is missing: ${needs}`,
    `3:1 KN007 is missing: ${needs}`,
    `6:7 KN007 must be text: ${needs}`,
  ])
  assert.equal(
    problems.all().map(({ subject }) => subject?.label),
    ['', 'default/web', ''],
  )
})

validate('wrong values are errors at their field, in words of their schema', () => {
  const { problems, labels } = validated(
    service(`type: Nodeport
clusterIP: 10
loadBalancerClass: 7
ports:
- port: "80"
  nodePort: 99999
- {port: 0, protocol: tcp}
- {port: 80.5, name: yes, targetPort: []}
externalIPs: 10.0.0.1
sessionAffinityConfig: none
allocateLoadBalancerNodePorts: "yes"`),
  )
  assert.equal(
    reported(problems).sort(),
    [
      '11:12 KN012 must be an integer between 1 and 65535 (got 0)',
      '11:25 KN012 must be TCP, UDP or SCTP (got "tcp")',
      '12:12 KN012 must be an integer between 1 and 65535 (got 80.5)',
      '12:24 KN012 must be a string (got true; put text in quotes)',
      '12:41 KN012 must be a port number or a port name (got an empty list)',
      '13:16 KN012 must be a list (got "10.0.0.1")',
      '14:26 KN012 must be a mapping (got "none")',
      '15:34 KN012 must be true or false (got "yes")',
      '5:9 KN012 must be ClusterIP, NodePort, LoadBalancer or ExternalName (got "Nodeport")',
      '6:14 KN012 must be a string (got 10; put text in quotes)',
      '9:11 KN012 must be an integer between 1 and 65535 (got "80")',
      '10:15 KN012 must be an integer between 0 and 65535 (got 99999)',
    ].sort(),
  )
  assert.equal(labels, [])
  assert.ok(problems.all().every(({ subject }) => subject?.label === 'default/web'))
})

validate('one field has one error, though several keywords fail', () => {
  const { problems } = validated(service('type: 5'))
  assert.is(problems.all().length, 1)
})

validate('missing fields are errors with their path, shown at their parent', () => {
  const { problems } = validated(`${service('ports: [{name: a}]')}---
apiVersion: v1
kind: Service
metadata: {namespace: x}
`)
  assert.equal(reported(problems), [
    '5:11 KN011 is required, but missing',
    '7:1 KN011 is required, but missing',
    '9:11 KN011 is required, but missing',
  ])
  assert.equal(
    problems.all().map(({ path }) => path),
    [['spec', 'ports', 0, 'port'], ['spec'], ['metadata', 'name']],
  )
  assert.is(problems.all()[1]?.subject?.label, 'Service')
})

validate('null is absent, and never reaches the result', () => {
  const text = service(
    'clusterIP: null\nports:\n- {port: 80, name: ~}\nunread: null\nselector:\n',
    'name: web, labels: , annotations: {a: null, b: c}',
  )
  const { objects, problems } = validated(text)
  assert.equal(reported(problems), [])
  const value = objects.Service[0]?.value
  assert.equal(value?.metadata, { name: 'web', annotations: { b: 'c' } })
  assert.equal(value?.spec, {
    ports: [{ port: 80 }],
    unread: null,
  } as typeof value extends undefined ? never : object)
})

validate('null does not count where a field is required, nor as an item', () => {
  const { problems } = validated(service('clusterIPs: [null]\nports: [{port: null}]'))
  assert.equal(
    reported(problems),
    ['6:18 KN011 is required, but missing', '5:16 KN012 must be a string (got null)'].sort((a, b) =>
      a.localeCompare(b),
    ),
  )
})

validate('dropping nulls leaves the parsed objects and what they share alone', () => {
  const text = `kind: List
apiVersion: v1
items:
- {apiVersion: v1, kind: Service, metadata: {name: a}, spec: &s {clusterIP: null, ports: [{port: 80, name: null}]}}
- {apiVersion: v1, kind: Service, metadata: {name: b}, spec: *s}
`
  const problems = new Diagnostics()
  const parsed = parseSources([source(text)], problems)
  const before = JSON.stringify(parsed.map(({ value }) => value))
  const { objects } = validateObjects(parsed, problems)
  assert.equal(reported(problems), [])
  assert.is(JSON.stringify(parsed.map(({ value }) => value)), before)
  assert.equal(
    objects.Service.map(({ value }) => value.spec),
    Array(2).fill({ ports: [{ port: 80 }] }),
  )
})

validate('the same object twice is kept once', () => {
  const { objects, problems } = validated(
    service('type: ClusterIP\nclusterIP: 10.0.0.1'),
    service('clusterIP: 10.0.0.1\ntype: ClusterIP', 'name: web').replace(
      'namespace: default, ',
      '',
    ),
  )
  assert.equal(reported(problems), [])
  assert.is(objects.Service.length, 1)
})

validate('two different objects of one name are an error that names both places', () => {
  const { labels, problems } = validated(service('type: ClusterIP'), service('type: NodePort'))
  assert.equal(reported(problems), [
    '3:18 KN010 another Service of this name, with other contents, stands in file-0.yaml',
  ])
  assert.equal(labels, ['default/web'])
})

validate('one name in two namespaces, or of two kinds, is fine', () => {
  const { labels, problems } = validated(
    service('{}'),
    service('{}', 'name: web, namespace: shop'),
    '{apiVersion: v1, kind: Endpoints, metadata: {name: web}}',
  )
  assert.equal(reported(problems), [])
  assert.is(labels.length, 3)
})

validate('a bad object does not stop the others', () => {
  const { labels, problems } = validated(service('type: 1'), service('{}', 'name: good'))
  assert.is(problems.errorCount, 1)
  assert.equal(labels, ['default/good'])
})

validate('hostile values in messages are cut and never recursed into', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const { problems } = validated(
    `{"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"type":${deep},"clusterIPs":["${'x'.repeat(1e6)}", ${deep}],"ipFamilies":["${'x'.repeat(1e6)}"]}}`,
  )
  assert.is(problems.errorCount, 3)
  assert.ok(problems.all().every(({ message }) => message.length < 200))
})

validate('deeply nested duplicates are compared', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
  const text = `{"apiVersion":"v1","kind":"Node","metadata":{"name":"a"},"x":${deep}}`
  assert.equal(reported(validated(text, text).problems), [])
  assert.is(validated(text, text.replace('[[]]', '[[1]]')).problems.errorCount, 1)
})

validate('names like the insides of objects are names', () => {
  const { labels } = validated(service('{}', 'name: __proto__, namespace: constructor'))
  assert.equal(labels, ['constructor/__proto__'])
})

validate.run()
