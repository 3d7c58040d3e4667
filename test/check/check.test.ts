import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { check } from '../../src/check/check.js'
import { type CheckReport, isFailing, NO_SETTINGS, type Rules } from '../../src/check/findings.js'
import { checkText } from '../../src/check/report.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { parseOptions } from '../../src/options/table.js'
import { balancer, checkObjects, endpoint, node, service, slice, told } from './objects.js'

const silence = suite('silencing findings')
const nodes = suite('check of nodes')
const order = suite('order of findings')

const RANGES = { loadBalancerSourceRanges: ['10.244.0.0/16', '192.168.0.0/24', '0.0.0.0/0'] }
const ignoring = (ids: string) => ({
  ...balancer(RANGES),
  metadata: { namespace: 'shop', name: 'web', annotations: { 'kubenat.dev/ignore': ids } },
})
const rules = (given: Partial<Rules>): Rules => ({ ...NO_SETTINGS.rules, ...given })
const silenced = ({ findings }: CheckReport): string[] =>
  findings.flatMap(({ diagnostic, silencedBy }) =>
    silencedBy ? [`${diagnostic.code} ${silencedBy}`] : [],
  )
const summary = (report: CheckReport): string =>
  checkText(report, false).trimEnd().split('\n').at(-1) ?? ''
const fails = (report: CheckReport): boolean =>
  report.findings.some(finding => isFailing(report, finding))

silence('an annotation silences ids for its object alone', () => {
  assert.equal(silenced(checkObjects([ignoring('KN212')])), ['KN212 annotation'])
  assert.equal(silenced(checkObjects([ignoring(' kn999 ,KN212\nKN210')])), ['KN212 annotation'])
  const other = service(
    { type: 'LoadBalancer', clusterIP: '10.96.0.11', ...RANGES },
    { name: 'other' },
  )
  const report = checkObjects([ignoring('KN212'), other])
  assert.is(told(report, 'KN212').length, 2)
  assert.equal(silenced(report), ['KN212 annotation'])
})

silence('ids of an annotation that do nothing are warned of', () => {
  assert.equal(told(checkObjects([ignoring('KN212, KN2I2, KN012')]), 'KN141'), [
    'shop/web metadata.annotations["kubenat.dev/ignore"]: KN012 is an error, which forbids a compile and cannot be silenced',
    'shop/web metadata.annotations["kubenat.dev/ignore"]: no finding has the id "KN2I2"; did you mean KN202, KN212, KN222?',
  ])
})

silence('settings silence ids everywhere, and win over an annotation', () => {
  const disabled = new Set(['KN212'] as const)
  for (const object of [balancer(RANGES), ignoring('KN212')]) {
    assert.equal(silenced(checkObjects([object], {}, rules({ disabled }))), ['KN212 settings'])
  }
})

silence('what is silenced fails nothing and is counted', () => {
  const strict = rules({ failOnWarn: true })
  assert.ok(fails(checkObjects([balancer(RANGES)], {}, strict)))
  const report = checkObjects([ignoring('KN212')], {}, strict)
  assert.not.ok(fails(report))
  assert.is(summary(report), 'no findings in 1 Service, 2 Nodes; 1 silenced')
})

silence('a severity of the settings decides whether a finding fails the check', () => {
  const objects = [balancer(RANGES)]
  assert.not.ok(fails(checkObjects(objects)))
  const severities = (severity: 'error' | 'note') =>
    rules({ severities: new Map([['KN212', severity]]), failOnWarn: severity === 'note' })
  assert.ok(fails(checkObjects(objects, {}, severities('error'))))
  assert.not.ok(fails(checkObjects(objects, {}, severities('note'))))
})

silence(
  'what an API server will allocate is no finding of a manifest, and a note of a dump',
  () => {
    const manifest = [service({ type: 'NodePort', clusterIP: undefined })]
    const dumped = [
      service({ type: 'NodePort', clusterIP: undefined }, { status: { loadBalancer: {} } }),
    ]
    const severitiesOf = ({ findings }: CheckReport) =>
      findings.map(({ diagnostic }) => `${diagnostic.code} ${diagnostic.severity}`)
    const strict = rules({ failOnWarn: true })
    assert.equal(severitiesOf(checkObjects(manifest, {}, strict)), [])
    const report = checkObjects(dumped, {}, strict)
    assert.equal(severitiesOf(report), ['KN042 note', 'KN043 note'])
    assert.not.ok(fails(report))
    const severities = new Map([['KN042', 'warning']] as const)
    assert.ok(fails(checkObjects(manifest, {}, { ...strict, severities })))
  },
)

silence('a Node that ignores a finding is left out of what is told of the others', () => {
  const bare = [1, 2, 3].map(number => node(number, { status: {} }))
  const [first = node(1), ...others] = bare
  const quiet = {
    ...first,
    metadata: { ...first.metadata, annotations: { 'kubenat.dev/ignore': 'KN062' } },
  }
  const report = checkObjects([quiet, ...others])
  assert.equal(told(report, 'KN062'), [
    'Node worker-1 status.addresses: no InternalIP or ExternalIP on node worker-1',
    'Node worker-2 status.addresses: no InternalIP or ExternalIP on 2 nodes (worker-2, worker-3)',
  ])
  assert.equal(silenced(report), ['KN062 annotation'])
})

const exposed = service({
  type: 'NodePort',
  clusterIP: 'fd00:10:96::10',
  ports: [{ name: 'http', port: 80, nodePort: 30080 }],
})
const withIPv4Only = (number: number) =>
  node(number, {
    status: { addresses: [{ type: 'InternalIP', address: `192.168.0.${number}` }] },
  })

nodes('what a compile warns of is told once for the nodes that it is the same on', () => {
  const report = checkObjects([exposed, node(1), withIPv4Only(2), withIPv4Only(3)])
  assert.equal(told(report, 'KN113'), [
    'run: --nodeport-addresses primary gives 2 nodes (worker-2, worker-3) no IPv6 address: NodePorts are open on all its IPv6 addresses, as in kube-proxy',
  ])
  assert.equal(
    told(checkObjects([exposed, withIPv4Only(1), withIPv4Only(2)], { node: 'worker-1' }), 'KN113'),
    [
      'run: --nodeport-addresses primary gives node worker-1 no IPv6 address: NodePorts are open on all its IPv6 addresses, as in kube-proxy',
    ],
  )
})

nodes('drained endpoints are found on each node, whatever other ports there are', () => {
  const weights = { annotations: { 'kubenat.dev/weights': '{"10.244.1.10": 0}' } }
  const objects = [
    service({}, { name: 'a' }),
    service({ clusterIP: '10.96.0.11' }, weights),
    slice(),
  ]
  assert.equal(told(checkObjects(objects), 'KN071'), [
    'shop/web metadata.annotations["kubenat.dev/weights"]: every endpoint that 2 nodes (worker-1, worker-2) may use for shop/web:http under the Cluster policy weighs 0: they count as equal',
  ])
})

nodes('that no endpoint is on a node is told where no Node object proves its name', () => {
  const objects = [service(), slice()]
  assert.equal(told(checkObjects(objects), 'KN109'), [])
  assert.equal(told(checkObjects(objects, { node: 'worker-2' }), 'KN109'), [])
  const alone = { node: 'worker-9', 'node-addresses': '192.0.2.9' }
  assert.is(told(checkObjects(objects, alone), 'KN109').length, 1)
})

nodes('an unknown node is an error, and the Services are checked all the same', () => {
  const report = checkObjects([balancer(RANGES)], { node: 'worker-9' })
  assert.is(told(report, 'KN061').length, 1)
  assert.is(told(report, 'KN212').length, 1)
  assert.ok(report.isPartial)
})

order('the order and division of the input does not show', () => {
  const objects = [
    node(1),
    node(2, { labels: {} }),
    balancer(RANGES),
    service({ clusterIP: '10.96.0.11', trafficDistribution: 'PreferClose' }, { name: 'api' }),
    slice(
      [endpoint('10.244.1.10', { hints: { forZones: [{ name: 'zone-9' }] } })],
      {},
      { of: 'api' },
    ),
    slice([endpoint('10.99.0.1'), endpoint('10.244.1.11', { nodeName: 'worker-7' })]),
  ]
  const textsOf = (list: readonly object[]) =>
    list.map((one, i) => ({ name: `${i}.json`, text: JSON.stringify(one) }))
  const messages = (list: readonly object[]): string[] => {
    const report = check(textsOf(list), parseOptions({}), NO_SETTINGS.rules, new Diagnostics())
    assert.not.ok(report.isPartial)
    return told(report).toSorted()
  }
  const expected = messages(objects)
  assert.ok(expected.length >= 6, expected.join('\n'))
  assert.equal(messages(objects.toReversed()), expected)
  assert.equal(messages([...objects.slice(3), ...objects.slice(0, 3)]), expected)
})

order('findings come by file and place, those of no file last', () => {
  const report = checkObjects([balancer(RANGES), slice([], {}, { labels: {} })], {
    'cluster-cidr': '',
  })
  const places = report.findings.map(({ position }) => position?.offset ?? Number.POSITIVE_INFINITY)
  assert.equal(
    places.toSorted((a, b) => a - b),
    places,
  )
  assert.is(report.findings.at(-1)?.diagnostic.code, 'KN111')
})

silence.run()
nodes.run()
order.run()
