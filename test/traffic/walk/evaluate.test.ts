import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family, Ip } from '../../../src/address/address.js'
import { LAYOUTS } from '../../../src/layouts/registry.js'
import { planNode } from '../../../src/plan/plan.js'
import type { Table } from '../../../src/rules/table.js'
import type { Branch, NodeState, Packet } from '../../../src/traffic/packet.js'
import { evaluate } from '../../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../../src/traffic/walk/index-tables.js'
import {
  cluster,
  endpoint,
  HERE,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
  THERE,
} from '../../build.js'
import { type Summary, summaryOf } from '../../trace/summary.js'

/** The addresses of the tests' cluster in one family. */
const ADDRESSES = {
  IPv4: {
    clusterIP: '10.96.0.1',
    unallocated: '10.96.9.9',
    externalIP: '203.0.113.1',
    vip: '198.51.100.1',
    node: '192.168.0.1',
    nodeExtra: '192.168.9.1',
    loopback: '127.0.0.1',
    local: '10.244.1.1',
    remote: '10.244.2.1',
    pod: '10.244.1.30',
    outside: '192.0.2.7',
    allowed: '192.0.2.0/28',
    serviceCIDR: '10.96.0.0/16',
  },
  IPv6: {
    clusterIP: 'fd00:10:96::1',
    unallocated: 'fd00:10:96::99',
    externalIP: '2001:db8:113::1',
    vip: '2001:db8:100::1',
    node: 'fd00:192::1',
    nodeExtra: 'fd00:192::9',
    loopback: '::1',
    local: 'fd00:10:244:1::1',
    remote: 'fd00:10:244:2::1',
    pod: 'fd00:10:244:1::30',
    outside: '2001:db8:2::7',
    allowed: '2001:db8:2::/64',
    serviceCIDR: 'fd00:10:96::/112',
  },
} as const satisfies Record<Family, Record<string, string>>
type Addresses = (typeof ADDRESSES)[Family]

/** The port 80/TCP with every kind of destination, on node port 30080 too. */
const PUBLIC = (at: Addresses): PortFields => ({
  clusterIP: at.clusterIP,
  externalIPs: [at.externalIP],
  loadBalancerIPs: [at.vip],
  nodePort: 30080,
})
const NEAR = (at: Addresses) => endpoint(at.local, { nodeName: HERE })
const FAR = (at: Addresses) => endpoint(at.remote, { nodeName: THERE })

/** Who sends, by the names of the addresses: `local` is the endpoint on this node. */
type Client = 'pod' | 'node' | 'outside' | 'local'
const INTERFACES: Readonly<Record<Client, string | undefined>> = {
  pod: 'veth1',
  local: 'veth0',
  node: undefined,
  outside: 'eth0',
}
type Destination = readonly [address: keyof Addresses, dport: number | undefined]
const CLUSTER_IP: Destination = ['clusterIP', 80]
const EXTERNAL: readonly Destination[] = [
  ['externalIP', 80],
  ['vip', 80],
  ['node', 30080],
]

interface Lab {
  readonly at: Addresses
  readonly send: (from: Client, to: Destination, more?: Partial<Packet>) => readonly Branch[]
}

interface Setup {
  readonly settings?: SettingsFields
  readonly state?: Partial<NodeState>
  readonly nodeAddresses?: readonly (keyof Addresses)[]
}

/** A node under each layout and family, with some service ports. */
function labs(
  ports: (at: Addresses) => PortFields | readonly PortFields[],
  { settings: given, state, nodeAddresses = ['node', 'nodeExtra'] }: Setup = {},
): Lab[] {
  return Object.values(LAYOUTS).flatMap(layout =>
    (['IPv4', 'IPv6'] as const).map((family): Lab => {
      const at = ADDRESSES[family]
      const addresses = nodeAddresses.map(name => at[name]) as unknown as Ip[]
      const here = node({ primary: { [family]: at.node }, addresses })
      const planned = planNode(
        cluster(
          [ports(at)].flat().map(port => servicePort({ family, ...port })),
          [at.serviceCIDR],
        ),
        here,
        family,
        settings(given),
      )
      const table: Table = layout.lower(planned, { counters: false, comments: false })
      const index = indexTables([table])
      const send: Lab['send'] = (from, [to, dport], more = {}) =>
        evaluate(
          index,
          {
            saddr: at[from] as Ip,
            daddr: at[to] as Ip,
            protocol: 'tcp',
            dport,
            inputInterface: INTERFACES[from],
            ...more,
          },
          { addresses, ...state },
        )
      return { at, send }
    }),
  )
}

type Expected = (at: Addresses) => Summary
const only =
  (end: string): Expected =>
  () => ({ [end]: '1' })
const REJECT = only('reject')
const DROP = only('drop')
const UNTOUCHED = only('untouched')
const dnat =
  (suffix: '' | ' masqueraded', ...endpoints: readonly (keyof Addresses)[]): Expected =>
  at =>
    Object.fromEntries(
      endpoints.map(name => [
        `${at[name]}:8080${suffix}`,
        endpoints.length === 1 ? '1' : `1/${endpoints.length}`,
      ]),
    )

/** One row of the reference's table of results: what pods, the node and outside meet. */
interface Row {
  readonly title: string
  readonly port: (at: Addresses) => PortFields
  readonly to: readonly Destination[]
  readonly packet?: Partial<Packet>
  readonly pod: Expected
  readonly node: Expected
  readonly outside: Expected
}

const same = (expected: Expected): Pick<Row, 'pod' | 'node' | 'outside'> => ({
  pod: expected,
  node: expected,
  outside: expected,
})
const INNER_LOCAL = { internalPolicy: 'Local' } as const
const OUTER_LOCAL = { externalPolicy: 'Local' } as const

const ROWS: readonly Row[] = [
  {
    title: 'a ClusterIP leads to all endpoints, masqueraded but for pods',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at), FAR(at)] }),
    to: [CLUSTER_IP],
    pod: dnat('', 'local', 'remote'),
    node: dnat(' masqueraded', 'local', 'remote'),
    outside: dnat(' masqueraded', 'local', 'remote'),
  },
  {
    title: 'internal policy Local leads to the endpoints of this node',
    port: at => ({ ...PUBLIC(at), ...INNER_LOCAL, endpoints: [NEAR(at), FAR(at)] }),
    to: [CLUSTER_IP],
    pod: dnat('', 'local'),
    node: dnat(' masqueraded', 'local'),
    outside: dnat(' masqueraded', 'local'),
  },
  {
    title: 'internal policy Local drops where all endpoints are elsewhere',
    port: at => ({ ...PUBLIC(at), ...INNER_LOCAL, endpoints: [FAR(at)] }),
    to: [CLUSTER_IP],
    ...same(DROP),
  },
  {
    title: 'every destination rejects where there are no endpoints',
    port: PUBLIC,
    to: [CLUSTER_IP, ...EXTERNAL],
    ...same(REJECT),
  },
  {
    title: 'both policies Local reject where there are no endpoints',
    port: at => ({ ...PUBLIC(at), ...INNER_LOCAL, ...OUTER_LOCAL }),
    to: [CLUSTER_IP, ...EXTERNAL],
    ...same(REJECT),
  },
  {
    title: 'another port of a ClusterIP rejects',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: [['clusterIP', 81]],
    ...same(REJECT),
  },
  {
    title: 'another protocol at a ClusterIP rejects',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: [CLUSTER_IP],
    packet: { protocol: 'udp' },
    ...same(REJECT),
  },
  {
    title: 'ping to a ClusterIP rejects',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: [['clusterIP', undefined]],
    packet: { protocol: 'icmp' },
    ...same(REJECT),
  },
  {
    title: 'an unallocated address of a service CIDR drops, pings too',
    port: PUBLIC,
    to: [
      ['unallocated', 80],
      ['unallocated', undefined],
    ],
    ...same(DROP),
  },
  {
    title: 'external policy Cluster leads to all endpoints, always masqueraded',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at), FAR(at)] }),
    to: EXTERNAL,
    ...same(dnat(' masqueraded', 'local', 'remote')),
  },
  {
    title: 'external policy Local leads outside to this node, pods and the node everywhere',
    port: at => ({ ...PUBLIC(at), ...OUTER_LOCAL, endpoints: [NEAR(at), FAR(at)] }),
    to: EXTERNAL,
    pod: dnat('', 'local', 'remote'),
    node: dnat(' masqueraded', 'local', 'remote'),
    outside: dnat('', 'local'),
  },
  {
    title: 'external policy Local drops for outside where all endpoints are elsewhere',
    port: at => ({ ...PUBLIC(at), ...OUTER_LOCAL, endpoints: [FAR(at)] }),
    to: EXTERNAL,
    pod: dnat('', 'remote'),
    node: dnat(' masqueraded', 'remote'),
    outside: DROP,
  },
  {
    title: 'another port of an external or load balancer IP is left alone',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: [
      ['externalIP', 81],
      ['vip', 81],
    ],
    ...same(UNTOUCHED),
  },
  {
    title: 'another protocol at an external or load balancer IP or node port is left alone',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: EXTERNAL,
    packet: { protocol: 'sctp' },
    ...same(UNTOUCHED),
  },
  {
    title: 'node ports are left alone at addresses that do not serve them, and on loopback',
    port: at => ({ ...PUBLIC(at), endpoints: [NEAR(at)] }),
    to: [
      ['nodeExtra', 30080],
      ['loopback', 30080],
      ['node', 30081],
    ],
    ...same(UNTOUCHED),
  },
]

const walk = suite('packet walk')

for (const { title, port, to, packet, ...expected } of ROWS) {
  walk(title, () => {
    for (const lab of labs(port)) {
      for (const destination of to) {
        for (const client of ['pod', 'node', 'outside'] as const) {
          const summary = summaryOf(lab.send(client, destination, packet))
          assert.equal(summary, expected[client](lab.at), `${client} to ${destination.join(' ')}`)
        }
      }
    }
  })
}

walk('without a detector no ClusterIP is masqueraded, and pods are outside', () => {
  const port = (at: Addresses) => ({
    ...PUBLIC(at),
    ...OUTER_LOCAL,
    endpoints: [NEAR(at), FAR(at)],
  })
  for (const { at, send } of labs(port, { settings: { localTraffic: { clusterCIDRs: [] } } })) {
    for (const client of ['pod', 'node', 'outside'] as const) {
      assert.equal(summaryOf(send(client, CLUSTER_IP)), dnat('', 'local', 'remote')(at))
    }
    assert.equal(summaryOf(send('pod', ['vip', 80])), dnat('', 'local')(at))
    const fromNode = summaryOf(send('node', ['vip', 80]))
    assert.equal(fromNode, dnat(' masqueraded', 'local', 'remote')(at))
  }
})

walk('interfaces tell pods from others, and no interface is not that of a pod', () => {
  const localTraffic = { mode: 'InterfaceNamePrefix', interfaceNamePrefix: 'veth' } as const
  const port = (at: Addresses) => ({ ...PUBLIC(at), endpoints: [FAR(at)] })
  for (const { at, send } of labs(port, { settings: { localTraffic } })) {
    assert.equal(summaryOf(send('pod', CLUSTER_IP)), dnat('', 'remote')(at))
    assert.equal(summaryOf(send('node', CLUSTER_IP)), dnat(' masqueraded', 'remote')(at))
    const bridged = send('pod', CLUSTER_IP, { inputInterface: 'br-veth' })
    assert.equal(summaryOf(bridged), dnat(' masqueraded', 'remote')(at))
  }
})

walk('masquerade-all concerns ClusterIPs, with the highest bit as well', () => {
  const port = (at: Addresses) => ({ ...PUBLIC(at), ...OUTER_LOCAL, endpoints: [NEAR(at)] })
  const given = { masqueradeAll: true, masqueradeBit: 31 }
  for (const { at, send } of labs(port, { settings: given })) {
    assert.equal(summaryOf(send('pod', CLUSTER_IP)), dnat(' masqueraded', 'local')(at))
    assert.equal(summaryOf(send('outside', ['vip', 80])), dnat('', 'local')(at))
  }
})

walk('only the branch that returns to its sender is hairpin', () => {
  const port = (at: Addresses) => ({
    ...PUBLIC(at),
    ...OUTER_LOCAL,
    endpoints: [NEAR(at), FAR(at)],
  })
  for (const { at, send } of labs(port)) {
    const expected = {
      ...dnat('', 'local', 'remote')(at),
      [`${at.local}:8080 masqueraded`]: '1/2',
    } as Record<string, string>
    delete expected[`${at.local}:8080`]
    assert.equal(summaryOf(send('local', CLUSTER_IP)), expected)
    assert.equal(summaryOf(send('local', ['vip', 80])), expected)
  }
})

walk('what stays on the node passes no postrouting, but for what the node sends itself', () => {
  const onNode = (at: Addresses) => endpoint(at.node, { nodeName: HERE })
  const port = (at: Addresses) => ({ ...PUBLIC(at), endpoints: [onNode(at)] })
  for (const { at, send } of labs(port)) {
    assert.equal(summaryOf(send('outside', ['vip', 80])), dnat('', 'node')(at))
    assert.equal(summaryOf(send('node', ['vip', 80])), dnat(' masqueraded', 'node')(at))
  }
})

walk('what is not translated is no hairpin', () => {
  const port = (at: Addresses) => ({ ...PUBLIC(at), endpoints: [NEAR(at)] })
  for (const { at, send } of labs(port)) {
    assert.equal(summaryOf(send('local', ['local', 8080])), UNTOUCHED(at))
  }
})

walk('an external IP that is an address of the node beats a node port', () => {
  const ports = (at: Addresses) => [
    { ...PUBLIC(at), endpoints: [FAR(at)] },
    { externalIPs: [at.node], port: 30080, endpoints: [NEAR(at)] },
  ]
  for (const { at, send } of labs(ports)) {
    const summary = summaryOf(send('outside', ['node', 30080]))
    assert.equal(summary, dnat(' masqueraded', 'local')(at))
  }
})

walk('source ranges fence load balancer IPs alone, with and without endpoints', () => {
  for (const endpoints of [[], ['local', 'remote']] as const) {
    const port = (at: Addresses) => ({
      ...PUBLIC(at),
      sourceRanges: [at.allowed, `${at.local}/${at.local.includes(':') ? 128 : 32}`],
      endpoints: endpoints.map(name => (name === 'local' ? NEAR(at) : FAR(at))),
    })
    const served = endpoints.length > 0 ? dnat(' masqueraded', 'local', 'remote') : REJECT
    for (const { at, send } of labs(port)) {
      for (const client of ['pod', 'node'] as const) {
        assert.equal(summaryOf(send(client, ['vip', 80])), DROP(at), client)
        assert.equal(summaryOf(send(client, ['externalIP', 80])), served(at), client)
        assert.equal(summaryOf(send(client, ['node', 30080])), served(at), client)
      }
      for (const client of ['outside', 'local'] as const) {
        assert.equal(summaryOf(send(client, ['vip', 80])), served(at), client)
      }
    }
  }
})

walk('a node inside the source ranges may use its load balancer IP as a source', () => {
  const port = (at: Addresses) => ({
    ...PUBLIC(at),
    sourceRanges: [`${at.node}/${at.node.includes(':') ? 128 : 32}`],
    endpoints: [FAR(at)],
  })
  const nodeAddresses = ['node', 'vip'] as const
  for (const { at, send } of labs(port, { nodeAddresses })) {
    const expected = dnat(' masqueraded', 'remote')(at)
    assert.equal(summaryOf(send('node', ['vip', 80], { saddr: at.vip as Ip })), expected)
    assert.equal(summaryOf(send('outside', ['vip', 80])), DROP(at))
  }
})

walk('weights are shares, and a weight of 0 takes no flow', () => {
  const port = (at: Addresses) => ({
    ...PUBLIC(at),
    endpoints: [
      endpoint(at.local, { nodeName: HERE, weight: 6 }),
      endpoint(at.pod, { weight: 0 }),
      endpoint(at.remote, { weight: 2 }),
    ],
  })
  for (const { at, send } of labs(port)) {
    const expected = { [`${at.local}:8080`]: '3/4', [`${at.remote}:8080`]: '1/4' }
    assert.equal(summaryOf(send('pod', CLUSTER_IP)), expected)
  }
})

walk('a client on record goes to its endpoint, the first in order, and is put on record', () => {
  const port = (at: Addresses) => ({
    ...PUBLIC(at),
    ...OUTER_LOCAL,
    affinitySeconds: 600,
    endpoints: [NEAR(at), FAR(at)],
  })
  for (const lab of labs(port)) {
    const first = lab.send('outside', CLUSTER_IP)
    assert.equal(summaryOf(first), dnat(' masqueraded', 'local', 'remote')(lab.at))
    const records = first.flatMap(branch => branch.records)
    assert.is(records.length, 2)
    for (const [index, name] of (['local', 'remote'] as const).entries()) {
      const record = records[index]
      assert.equal(record?.key, [lab.at.outside])
      const clients = new Map([[record?.set ?? '', [lab.at.outside as Ip]]])
      const known = labs(port, { state: { clients } }).filter(({ at }) => at === lab.at)
      for (const { at, send } of known) {
        assert.equal(summaryOf(send('outside', CLUSTER_IP)), dnat(' masqueraded', name)(at))
        // The Local policy looks among the endpoints of this node alone.
        assert.equal(summaryOf(send('outside', ['vip', 80])), dnat('', 'local')(at))
      }
    }
  }
})

walk('shares of all branches make one, and each tells its way', () => {
  const port = (at: Addresses) => ({ ...PUBLIC(at), endpoints: [NEAR(at), FAR(at)] })
  for (const { at, send } of labs(port)) {
    const branches = send('node', ['node', 30080])
    assert.is(branches.length, 2)
    for (const { path } of branches) {
      const hooks = [...new Set(path.map(({ hook }) => hook))]
      assert.equal(hooks, ['output', 'postrouting'])
      const element = path.find(({ element }) => element !== undefined)
      assert.equal(element?.element, ['tcp', '30080'])
      assert.is(element?.origin.port?.name, 'web')
      const draw = path.find(({ drawn }) => drawn !== undefined)?.drawn
      assert.is(draw?.modulus, 2)
    }
    const [toItself] = send('node', ['node', 81])
    assert.equal(
      [...new Set(toItself?.path.map(({ hook }) => hook))],
      ['output', 'postrouting', 'prerouting', 'input'],
      at.node,
    )
  }
})

walk.run()
