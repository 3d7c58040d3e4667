import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { isExternal, usableEndpoints } from '../../src/plan/endpoints.js'
import {
  DRAINING,
  endpoint,
  HERE,
  ips,
  node,
  type PortFields,
  servicePort,
  THERE,
  UNREADY,
} from '../build.js'

const endpoints = suite('usable endpoints')

const HERE_READY = endpoint('10.1.0.1', { nodeName: HERE })
const THERE_READY = endpoint('10.2.0.1', { nodeName: THERE })
const HERE_DRAINING = endpoint('10.1.0.2', { nodeName: HERE, ...DRAINING })
const THERE_DRAINING = endpoint('10.2.0.2', { nodeName: THERE, ...DRAINING })

const INTERNAL_LOCAL: PortFields = { internalPolicy: 'Local' }
const EXTERNAL_LOCAL: PortFields = { nodePort: 30080, externalPolicy: 'Local' }

function usable(all: PortFields['endpoints'], fields: PortFields = {}, at = node()) {
  const { cluster, local, reachable, any } = usableEndpoints(
    servicePort({ ...fields, endpoints: all ?? [] }),
    at,
  )
  return { cluster: ips(cluster), local: ips(local), reachable: ips(reachable), any }
}

endpoints('the Cluster policy takes every ready endpoint, wherever it is', () => {
  const nowhere = endpoint('10.3.0.1')
  const list = ['10.1.0.1', '10.2.0.1', '10.3.0.1']
  assert.equal(usable([HERE_READY, THERE_READY, nowhere, HERE_DRAINING]), {
    cluster: list,
    local: [],
    reachable: list,
    any: true,
  })
})

endpoints(
  'an internal Local policy takes those of this node, and without externals no others',
  () => {
    const unnamed = endpoint('10.3.0.1')
    assert.equal(usable([HERE_READY, THERE_READY, unnamed], INTERNAL_LOCAL), {
      cluster: [],
      local: ['10.1.0.1'],
      reachable: ['10.1.0.1'],
      any: true,
    })
  },
)

endpoints('a Local policy without a local endpoint is alive if anything is usable anywhere', () => {
  const dead = { cluster: [], local: [], reachable: [] }
  assert.equal(usable([THERE_READY], INTERNAL_LOCAL), { ...dead, any: true })
  assert.equal(usable([THERE_DRAINING], INTERNAL_LOCAL), { ...dead, any: true })
  const unready = endpoint('10.2.0.3', { nodeName: THERE, ...UNREADY })
  const gone = endpoint('10.2.0.4', { nodeName: THERE, ...DRAINING, serving: false })
  assert.equal(usable([unready, gone], INTERNAL_LOCAL), { ...dead, any: false })
})

endpoints('a destination of the external kinds makes an internal Local port use both lists', () => {
  assert.equal(usable([HERE_READY, THERE_READY], { ...INTERNAL_LOCAL, nodePort: 30080 }), {
    cluster: ['10.1.0.1', '10.2.0.1'],
    local: ['10.1.0.1'],
    reachable: ['10.1.0.1', '10.2.0.1'],
    any: true,
  })
})

endpoints('an external Local policy uses both lists, if the port has such a destination', () => {
  const all = [HERE_READY, THERE_READY]
  assert.equal(usable(all, EXTERNAL_LOCAL).local, ['10.1.0.1'])
  assert.equal(usable(all, EXTERNAL_LOCAL).cluster, ['10.1.0.1', '10.2.0.1'])
  assert.equal(usable(all, { externalPolicy: 'Local' }).local, [])
})

endpoints('terminating endpoints are the last resort of each list by itself', () => {
  const both = (...all: (typeof HERE_READY)[]) => {
    const { cluster, local } = usable(all, EXTERNAL_LOCAL)
    return { cluster, local }
  }
  assert.equal(both(HERE_DRAINING, THERE_READY), { cluster: ['10.2.0.1'], local: ['10.1.0.2'] })
  assert.equal(both(HERE_READY, HERE_DRAINING, THERE_DRAINING), {
    cluster: ['10.1.0.1'],
    local: ['10.1.0.1'],
  })
  assert.equal(both(HERE_DRAINING, THERE_DRAINING), {
    cluster: ['10.1.0.2', '10.2.0.2'],
    local: ['10.1.0.2'],
  })
})

endpoints('the union of both lists is sorted as text', () => {
  const all = [endpoint('10.1.0.2', { nodeName: HERE, ...DRAINING }), endpoint('10.1.0.10')]
  assert.equal(usable(all, EXTERNAL_LOCAL).reachable, ['10.1.0.10', '10.1.0.2'])
})

endpoints('an endpoint that serves and is neither ready nor terminating is never used', () => {
  const unready = endpoint('10.1.0.3', { nodeName: HERE, ...UNREADY })
  const nothing = { cluster: [], local: [], reachable: [], any: false }
  for (const fields of [{}, INTERNAL_LOCAL, EXTERNAL_LOCAL]) {
    assert.equal(usable([unready], fields), nothing)
  }
})

endpoints('hints steer the Cluster list alone', () => {
  const at = node({ zone: 'b' })
  const hinted = [HERE_READY, THERE_READY].map((one, i) => ({
    ...one,
    zoneHints: [i === 0 ? 'a' : 'b'],
  }))
  const { cluster, local, reachable } = usable(hinted, EXTERNAL_LOCAL, at)
  assert.equal([cluster, local], [['10.2.0.1'], ['10.1.0.1']])
  assert.equal(reachable, ['10.1.0.1', '10.2.0.1'])
})

endpoints(
  "hints neither steer the terminating fallback, nor do unready endpoints' hints count",
  () => {
    const at = node({ zone: 'a' })
    const draining = [HERE_DRAINING, THERE_DRAINING].map((one, i) => ({
      ...one,
      zoneHints: [i === 0 ? 'a' : 'b'],
    }))
    assert.equal(usable(draining, {}, at).cluster, ['10.1.0.2', '10.2.0.2'])
    const ready = { ...THERE_READY, zoneHints: ['b'] }
    assert.equal(usable([...draining, ready], {}, at).cluster, ['10.2.0.1'])
  },
)

endpoints('a port that has lost its cluster IP has no use for its internal policy', () => {
  const without = { clusterIP: undefined }
  assert.equal(usable([HERE_READY], { ...without, internalPolicy: 'Local' }).local, [])
  assert.equal(usable([HERE_READY], without).cluster, [])
  assert.equal(usable([HERE_READY], { ...without, nodePort: 30080 }).cluster, ['10.1.0.1'])
})

endpoints('node ports, external IPs and load balancer IPs are the external kinds', () => {
  const external = (fields: PortFields) => isExternal(servicePort(fields))
  assert.not.ok(external({}))
  assert.ok(external({ nodePort: 30080 }))
  assert.ok(external({ externalIPs: ['198.51.100.1'] }))
  assert.ok(external({ loadBalancerIPs: ['203.0.113.1'] }))
})

endpoints.run()
