import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { frontendsOf, type Reach } from '../../src/plan/frontends.js'
import { endpoint, type PortFields, servicePort } from '../build.js'

const frontends = suite('frontends')

const ONE = [endpoint('10.1.0.1')]
const NOTHING = { cluster: [], local: [], reachable: [], any: false }
const REMOTE = { cluster: ONE, local: [], reachable: ONE, any: true }
const LOCAL = { ...REMOTE, local: ONE }

const ALL: PortFields = {
  externalIPs: ['198.51.100.1', '198.51.100.2'],
  loadBalancerIPs: ['203.0.113.1'],
  nodePort: 30080,
}

frontends('every destination of a port is one, the cluster IP first and the node port last', () => {
  const policies = { internalPolicy: 'Cluster', externalPolicy: 'Local' } as const
  assert.equal(
    frontendsOf(servicePort({ ...ALL, ...policies }), LOCAL).map(
      ({ kind, ip, port, policy, reach }) => [kind, ip, port, policy, reach.kind].join(' '),
    ),
    [
      'cluster-ip 10.96.0.1 80 Cluster endpoints',
      'external-ip 198.51.100.1 80 Local endpoints',
      'external-ip 198.51.100.2 80 Local endpoints',
      'load-balancer-ip 203.0.113.1 80 Local endpoints',
      'node-port  30080 Local endpoints',
    ],
  )
})

frontends('a port without destinations has none', () => {
  assert.equal(frontendsOf(servicePort({ clusterIP: undefined }), LOCAL), [])
})

frontends('an address that is an external IP and a load balancer IP is one destination', () => {
  const both = servicePort({
    clusterIP: undefined,
    externalIPs: ['198.51.100.1'],
    loadBalancerIPs: ['198.51.100.1'],
  })
  assert.equal(
    frontendsOf(both, LOCAL).map(({ kind }) => kind),
    ['external-ip'],
  )
})

const NO_ENDPOINTS: Reach = { kind: 'nowhere', because: 'no-endpoints' }

frontends('without endpoints anywhere every destination leads nowhere, whatever the policy', () => {
  for (const policy of ['Cluster', 'Local'] as const) {
    const port = servicePort({ ...ALL, internalPolicy: policy, externalPolicy: policy })
    const reaches = frontendsOf(port, NOTHING).map(({ reach }) => reach)
    assert.equal(reaches, Array(5).fill(NO_ENDPOINTS))
  }
})

frontends(
  'a Local policy without local endpoints stops the cluster IP, and short-circuits others',
  () => {
    const port = servicePort({ ...ALL, internalPolicy: 'Local', externalPolicy: 'Local' })
    const [internal, ...external] = frontendsOf(port, REMOTE).map(({ reach }) => reach)
    assert.equal(internal, { kind: 'nowhere', because: 'no-local-endpoints' })
    assert.equal(external, Array(4).fill({ kind: 'short-circuit-only' }))
  },
)

frontends('each policy decides on its own destinations only', () => {
  const kinds = (fields: PortFields) =>
    frontendsOf(servicePort({ nodePort: 30080, ...fields }), REMOTE).map(({ reach }) => reach.kind)
  assert.equal(kinds({ internalPolicy: 'Local' }), ['nowhere', 'endpoints'])
  assert.equal(kinds({ externalPolicy: 'Local' }), ['endpoints', 'short-circuit-only'])
})

frontends.run()
