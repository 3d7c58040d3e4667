import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import type { FindingCode } from '../../src/diagnostics/catalog/index.js'
import { MIGRATE } from '../../src/diagnostics/catalog/migrate.js'
import type { Migration } from '../../src/migrate/finding.js'
import { migrate } from '../../src/migrate/migrate.js'
import {
  cluster,
  endpoint,
  HERE,
  type LocalTrafficFields,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
  THERE,
  UNREADY,
} from '../build.js'
import { service } from '../model/objects.js'

const findings = suite('findings of a migration')

/** What a node is asked about; both modes have the settings, and their own defaults under them. */
interface Setup {
  readonly ports?: readonly PortFields[]
  readonly serviceCIDRs?: readonly string[]
  readonly settings?: SettingsFields
  readonly iptables?: SettingsFields
  readonly addresses?: readonly string[]
  readonly families?: readonly Family[]
  /** ClusterIPs of Services that another proxy serves. */
  readonly left?: readonly string[]
}

function migrationOf(setup: Setup): Migration {
  const { ports = [], serviceCIDRs, families = ['IPv4'], left = [] } = setup
  const { addresses = ['192.168.0.1'] } = setup
  const before = { nodePortAddresses: ['all'], localhostNodePorts: true, hashing: false }
  return migrate(
    {
      ...cluster(ports.map(servicePort), serviceCIDRs),
      leftToOthers: left.map(clusterIP => service({ clusterIP }, { name: 'mesh' })),
    },
    node({ addresses }),
    {
      families,
      iptables: settings({ ...before, ...setup.settings, ...setup.iptables }),
      nftables: settings({ ...setup.settings, localhostNodePorts: false }),
    },
  )
}

/** What a finding touches; nothing if it is not there. */
const whats = (code: FindingCode, setup: Setup): readonly string[] | undefined =>
  migrationOf(setup)
    .findings.find(finding => finding.code === code)
    ?.touches.map(({ what }) => what)

const NEAR = endpoint('10.244.1.1', { nodeName: HERE })
const FAR = endpoint('10.244.2.1', { nodeName: THERE })
const LOST = endpoint('10.244.3.1')
const NODE_PORT: PortFields = { nodePort: 30080, endpoints: [NEAR, FAR] }
const VIP: PortFields = { loadBalancerIPs: ['198.51.100.1'], endpoints: [FAR] }
const RANGES = { sourceRanges: ['203.0.113.0/24'] }
const LOCAL = { externalPolicy: 'Local' } as const
const LOCALHOST_OFF = { iptables: { localhostNodePorts: false } }

/** For each finding, what makes it and what it touches; and what comes close and does not. */
const CASES: Readonly<
  Record<
    FindingCode,
    {
      readonly fires: readonly (readonly [setup: Setup, touches: readonly string[]])[]
      readonly silent: readonly Setup[]
    }
  >
> = {
  KN300: {
    fires: [
      [{ ports: [NODE_PORT] }, ['127.0.0.1:30080/tcp']],
      [{ ports: [{ ...NODE_PORT, ...LOCAL, endpoints: [FAR] }] }, ['127.0.0.1:30080/tcp']],
      [
        { ports: [NODE_PORT], settings: { nodePortAddresses: ['127.0.0.0/8', '192.168.0.1/32'] } },
        ['127.0.0.1:30080/tcp'],
      ],
    ],
    silent: [
      { ports: [VIP] },
      { ports: [{ nodePort: 30080 }] },
      { ports: [NODE_PORT], ...LOCALHOST_OFF },
      { ports: [NODE_PORT], settings: { nodePortAddresses: ['192.168.0.0/16'] } },
      { ports: [{ ...NODE_PORT, family: 'IPv6', clusterIP: 'fd00::1' }], families: ['IPv6'] },
    ],
  },
  KN301: {
    fires: [
      [{ ports: [NODE_PORT] }, ['30080/tcp']],
      [{ ports: [{ ...NODE_PORT, protocol: 'UDP' }] }, ['30080/udp']],
    ],
    silent: [
      { ports: [VIP] },
      { ports: [{ nodePort: 30080 }] },
      { ports: [NODE_PORT], settings: { nodePortAddresses: ['all'] } },
      { ports: [NODE_PORT], settings: { nodePortAddresses: ['primary'] } },
      // Without a primary address of the family nftables mode serves all of them.
      { ports: [{ ...NODE_PORT, family: 'IPv6', clusterIP: 'fd00::1' }], families: ['IPv6'] },
    ],
  },
  KN302: {
    fires: [
      [{ ports: [{ nodePort: 30080 }] }, ['30080/tcp, refused: no endpoints']],
      [
        { ports: [{ ...NODE_PORT, ...LOCAL, endpoints: [FAR] }] },
        ['30080/tcp, dropped: no endpoint here'],
      ],
      [
        { ports: [{ nodePort: 30080 }], settings: { nodePortAddresses: ['all'] } },
        ['30080/tcp, refused: no endpoints'],
      ],
    ],
    silent: [
      { ports: [NODE_PORT] },
      { ports: [{ endpoints: [] }] },
      // The loopback addresses that are left are served by short circuit.
      {
        ports: [{ ...NODE_PORT, ...LOCAL, endpoints: [FAR] }],
        settings: { nodePortAddresses: ['all'] },
      },
    ],
  },
  KN303: {
    fires: [
      [{ ports: [{}] }, ['10.96.0.1']],
      // One address of a Service with two ports.
      [{ ports: [{ service: service() }, { portName: 'b', port: 81 }] }, ['10.96.0.1']],
    ],
    silent: [{}, { ports: [{ ...VIP, clusterIP: undefined as unknown as string }] }],
  },
  KN304: {
    fires: [
      [{ serviceCIDRs: ['10.96.0.0/16'] }, []],
      [
        {
          ports: [{ externalIPs: ['10.96.7.7', '203.0.113.7'] }],
          serviceCIDRs: ['10.96.0.0/16'],
        },
        ['other ports of 10.96.7.7'],
      ],
      // The ClusterIP of another Service is none that is left over.
      [
        {
          ports: [{ externalIPs: ['10.96.0.2'] }, { name: 'b', clusterIP: '10.96.0.2', port: 81 }],
          serviceCIDRs: ['10.96.0.0/16'],
        },
        [],
      ],
    ],
    silent: [{ ports: [{}] }, { ports: [{}], serviceCIDRs: ['fd00:10:96::/112'] }],
  },
  KN305: {
    fires: [
      [
        { ports: [{ endpoints: [endpoint('10.96.9.9')] }], serviceCIDRs: ['10.96.0.0/16'] },
        ['endpoint 10.96.9.9, dropped'],
      ],
      [
        { ports: [{ endpoints: [endpoint('10.96.0.2')] }, { clusterIP: '10.96.0.2', name: 'b' }] },
        ['endpoint 10.96.0.2, refused'],
      ],
    ],
    silent: [
      { ports: [{ endpoints: [FAR] }], serviceCIDRs: ['10.96.0.0/16'] },
      { ports: [{ endpoints: [endpoint('10.96.9.9')] }] },
      {
        ports: [{ endpoints: [endpoint('10.96.9.9', { ...UNREADY })] }],
        serviceCIDRs: ['10.96.0.0/16'],
      },
      {
        ports: [{ endpoints: [FAR, endpoint('10.96.9.9', { weight: 0 })] }],
        serviceCIDRs: ['10.96.0.0/16'],
      },
    ],
  },
  KN306: {
    fires: [[{ left: ['10.96.0.9'], serviceCIDRs: ['10.96.0.0/16'] }, ['10.96.0.9']]],
    silent: [
      { left: ['10.96.0.9'] },
      { left: ['10.97.0.9'], serviceCIDRs: ['10.96.0.0/16'] },
      // Another Service has the address too, so it is guarded as that one's.
      { left: ['10.96.0.1'], ports: [{}], serviceCIDRs: ['10.96.0.0/16'] },
      { left: ['10.96.0.9'], serviceCIDRs: ['10.96.0.0/16'], families: ['IPv6'] },
      { left: ['None'], serviceCIDRs: ['10.96.0.0/16'] },
    ],
  },
  KN307: {
    fires: [
      [{ ports: [{ endpoints: [NEAR, FAR] }] }, ['2 endpoints']],
      [{ ports: [{ endpoints: [FAR, endpoint('192.168.0.1')] }] }, ['1 endpoint']],
    ],
    silent: [
      { ports: [{}] },
      { ports: [{ endpoints: [endpoint('192.168.0.1')] }] },
      { ports: [{ internalPolicy: 'Local', endpoints: [FAR] }] },
    ],
  },
  KN308: {
    fires: [
      [
        {
          ports: [
            {
              ...VIP,
              ...LOCAL,
              service: service({ type: 'LoadBalancer', healthCheckNodePort: 31000 }),
            },
          ],
        },
        ['31000/tcp'],
      ],
    ],
    silent: [
      { ports: [VIP] },
      {
        ports: [{ ...VIP, service: service({ type: 'LoadBalancer', healthCheckNodePort: 31000 }) }],
      },
    ],
  },
  KN309: {
    fires: [
      [{ ports: [{ endpoints: [FAR] }] }, ['1 endpoint']],
      [{ ports: [{ endpoints: [FAR], protocol: 'SCTP' }] }, ['1 endpoint']],
    ],
    silent: [
      { ports: [{ endpoints: [FAR] }], settings: { tcpBeLiberal: true } },
      { ports: [{ endpoints: [FAR], protocol: 'UDP' }] },
      { ports: [{}] },
    ],
  },
  KN310: {
    fires: [
      [{ ports: [{ endpoints: [NEAR, LOST] }] }, ['endpoint 10.244.3.1:8080']],
      // By the short circuit of pods, although ClusterIP traffic is masqueraded.
      [
        {
          ports: [{ ...NODE_PORT, ...LOCAL, endpoints: [LOST] }],
          settings: { masqueradeAll: true },
        },
        ['endpoint 10.244.3.1:8080'],
      ],
      // Nothing masquerades without a detector.
      [
        {
          ports: [{ endpoints: [endpoint('203.0.113.9')] }],
          settings: { localTraffic: { clusterCIDRs: [] } },
        },
        ['endpoint 203.0.113.9:8080'],
      ],
    ],
    silent: [
      { ports: [{ endpoints: [NEAR, FAR] }] },
      { ports: [{ endpoints: [LOST] }], settings: { masqueradeAll: true } },
      // It does not count as a pod, so it is masqueraded anyway.
      { ports: [{ endpoints: [endpoint('203.0.113.9')] }] },
      { ports: [{ endpoints: [LOST], internalPolicy: 'Local' }] },
      {
        ports: [{ endpoints: [endpoint('192.168.0.1')] }],
        settings: { localTraffic: { clusterCIDRs: [] } },
      },
      { ports: [{ endpoints: [FAR, endpoint('10.244.3.1', { weight: 0 })] }] },
      // Another Service calls it an endpoint of this node.
      {
        ports: [
          { endpoints: [LOST] },
          { name: 'b', clusterIP: '10.96.0.2', endpoints: [{ ...LOST, nodeName: HERE }] },
        ],
      },
    ],
  },
  KN311: {
    fires: [
      [
        { ports: [{ externalIPs: ['203.0.113.7'], loadBalancerIPs: ['198.51.100.1'] }] },
        ['203.0.113.7:80/tcp', '198.51.100.1:80/tcp'],
      ],
    ],
    silent: [
      { ports: [VIP] },
      { ports: [{ ...VIP, ...LOCAL }] },
      { ports: [{}] },
      // It comes in again by the loopback interface, and is refused in both modes.
      { ports: [{ externalIPs: ['192.168.0.1'] }] },
    ],
  },
  KN312: {
    fires: [[{ ports: [{ ...VIP, ...RANGES, endpoints: [] }] }, ['198.51.100.1:80/tcp']]],
    silent: [
      { ports: [{ ...VIP, ...RANGES }] },
      { ports: [{ ...VIP, endpoints: [] }] },
      { ports: [{ ...VIP, sourceRanges: ['0.0.0.0/0'], endpoints: [] }] },
      { ports: [{ ...VIP, sourceRanges: ['128.0.0.0/1', '0.0.0.0/1'], endpoints: [] }] },
    ],
  },
  KN313: {
    fires: [
      [{ ports: [{ ...VIP, ...RANGES, externalIPs: ['198.51.100.1'] }] }, ['198.51.100.1:80/tcp']],
    ],
    silent: [
      { ports: [{ ...VIP, ...RANGES }] },
      { ports: [{ ...VIP, ...RANGES, externalIPs: ['203.0.113.7'] }] },
      { ports: [{ ...VIP, externalIPs: ['198.51.100.1'] }] },
      { ports: [{ ...VIP, ...RANGES, externalIPs: ['198.51.100.1'], endpoints: [] }] },
      { ports: [{ ...VIP, sourceRanges: ['0.0.0.0/0'], externalIPs: ['198.51.100.1'] }] },
    ],
  },
  KN314: {
    fires: [
      [{ ports: [{ affinitySeconds: 600, endpoints: [NEAR, FAR] }] }, ['600 s, 2 endpoints']],
    ],
    silent: [
      { ports: [{ endpoints: [NEAR, FAR] }] },
      { ports: [{ affinitySeconds: 600, endpoints: [FAR] }] },
      { ports: [{ affinitySeconds: 600 }] },
    ],
  },
  KN315: {
    fires: [
      [{ ports: [NODE_PORT, { ...VIP, name: 'b', clusterIP: '10.96.0.2' }] }, ['30080/tcp']],
      [{ ports: [{}] }, []],
    ],
    silent: [
      {},
      { ports: [NODE_PORT], ...LOCALHOST_OFF },
      { ports: [NODE_PORT], settings: { nodePortAddresses: ['primary'] } },
      { ports: [{ family: 'IPv6', clusterIP: 'fd00::1' }], families: ['IPv6'] },
    ],
  },
  KN316: {
    fires: [
      [{ ports: [{ endpoints: [FAR] }], iptables: { masqueradeAll: true } }, ['10.96.0.1:80/tcp']],
    ],
    silent: [
      { ports: [{ endpoints: [FAR] }], settings: { masqueradeAll: true } },
      { ports: [{}], iptables: { masqueradeAll: true } },
    ],
  },
  KN317: {
    fires: [[{ ports: [{}], iptables: { masqueradeBit: 15 } }, []]],
    silent: [{ ports: [{}], settings: { masqueradeBit: 15 } }, { iptables: { masqueradeBit: 15 } }],
  },
  KN318: {
    fires: [
      [
        { ports: [{ name: 'svc1', namespace: 'ns1', portName: 'p80', endpoints: [FAR] }] },
        ['KUBE-SVC-XPGD46QRK7WJZT7O becomes service-ULMVA6XW-ns1/svc1/tcp/p80'],
      ],
      [
        {
          ports: [
            {
              name: 'svc1',
              namespace: 'ns1',
              portName: 'p80',
              internalPolicy: 'Local',
              endpoints: [NEAR],
            },
          ],
        },
        ['KUBE-SVL-XPGD46QRK7WJZT7O becomes local-ULMVA6XW-ns1/svc1/tcp/p80'],
      ],
    ],
    silent: [{}, { ports: [{}] }],
  },
  KN319: {
    fires: [[{ ports: [{ ...NODE_PORT, ...LOCAL }] }, ['endpoint 10.244.2.1:8080']]],
    silent: [
      { ports: [NODE_PORT] },
      { ports: [{ ...VIP, ...LOCAL }] },
      { ports: [{ ...NODE_PORT, ...LOCAL, endpoints: [NEAR, LOST] }] },
      // By the uplink, which is no interface of a pod.
      {
        ports: [{ ...NODE_PORT, ...LOCAL }],
        settings: {
          localTraffic: { mode: 'BridgeInterface', bridgeInterface: 'cni0' } as LocalTrafficFields,
        },
      },
      {
        ports: [{ ...NODE_PORT, ...LOCAL }],
        settings: { localTraffic: { clusterCIDRs: ['10.244.1.0/24'] } },
      },
    ],
  },
  KN320: {
    fires: [
      [
        { ports: [{ hash: { by: 'source-ip' }, endpoints: [NEAR, FAR] }] },
        ['source-ip, 61 buckets'],
      ],
    ],
    silent: [
      { ports: [{ endpoints: [NEAR, FAR] }] },
      { ports: [{ hash: { by: 'source-ip' }, endpoints: [FAR] }] },
    ],
  },
}

for (const code of Object.keys(MIGRATE) as FindingCode[]) {
  const { fires, silent } = CASES[code]
  findings(`${code}: ${MIGRATE[code].title}`, () => {
    assert.ok(fires.length > 0 && silent.length > 0)
    for (const [setup, touches] of fires)
      assert.equal(whats(code, setup), touches, JSON.stringify(setup))
    for (const setup of silent) assert.is(whats(code, setup), undefined, JSON.stringify(setup))
  })
}

findings('nothing changes where there is nothing to serve', () => {
  assert.equal(migrationOf({ families: ['IPv4', 'IPv6'] }), { findings: [], notes: [] })
})

findings('known addresses that lose NodePorts are named', () => {
  const addresses = ['192.168.0.1', '192.168.9.1', 'fd00:192::9']
  const { findings: found } = migrationOf({ ports: [NODE_PORT], addresses })
  assert.equal(found.find(({ code }) => code === 'KN301')?.details, [
    'IPv4: served at every address of the node in iptables mode, in nftables mode at 192.168.0.1 alone: of those known here 192.168.9.1 fall out',
  ])
})

findings('the same finding of both families is one', () => {
  const six = { family: 'IPv6', clusterIP: 'fd00:10:96::1' } as const
  const { findings: found } = migrationOf({ ports: [{}, six], families: ['IPv4', 'IPv6'] })
  const [wrong, ...others] = found.filter(({ code }) => code === 'KN303')
  assert.equal(others, [])
  assert.is(wrong?.details.length, 2)
  assert.equal(
    wrong?.touches.map(({ family, what }) => [family, what]),
    [
      ['IPv4', '10.96.0.1'],
      ['IPv6', 'fd00:10:96::1'],
    ],
  )
})

findings('an unknown service CIDR is told of, in families that have Services', () => {
  const families = ['IPv4', 'IPv6'] as const
  const { notes } = migrationOf({ ports: [{}], families })
  assert.is(notes.length, 1)
  assert.match(notes[0] ?? '', /^IPv4: no service CIDR is known/)
  assert.equal(migrationOf({ ports: [{}], serviceCIDRs: ['10.96.0.0/16'] }).notes, [])
})

findings.run()
