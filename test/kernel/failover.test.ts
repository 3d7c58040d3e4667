import { once } from 'node:events'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import {
  cable,
  ip,
  type Lab,
  type Namespace,
  openLab,
  run,
  setSysctls,
} from '../../src/verify/lab/lab.js'
import { loadRules, nftVersions } from './nft.js'

// Two nodes with the same rules, and a router that takes the one for the other in the middle of TCP
// connections: what lives on by a hash of the client alone, and what does not.

const failover = suite('connections that are moved to another node')

const CLIENTS = Array.from({ length: 10 }, (_, i) => `192.0.2.${i + 1}`)
const PODS = Array.from({ length: 10 }, (_, i) => `10.244.9.${i + 1}`)
const NODES = { a: 11, b: 12 } as const
type NodeName = keyof typeof NODES
const VIP = '10.96.0.10'
/** Milliseconds after which an answer does not come any more. */
const PATIENCE = 1500

/** What the clients' connections have come to: the pod that answered, or how they ended. */
type Answers = readonly string[]

interface Site {
  /** Sends both ways through a node. */
  readonly through: (node: NodeName) => Promise<void>
  readonly load: (options: LoadOptions) => Promise<void>
  readonly set: (node: NodeName, sysctl: string) => Promise<void>
  /** Opens a connection for each client, in place of those before, and says something. */
  readonly open: () => Promise<Answers>
  /** Says so much on each connection, and hears what comes back. */
  readonly talk: (bytes?: number) => Promise<Answers>
  /** Sends a datagram from the same port of each client, and hears what comes back. */
  readonly send: () => Promise<Answers>
  /** What the clients hear when the pods say something of their own. */
  readonly listen: () => Promise<Answers>
}

interface LoadOptions {
  readonly hash?: string
  /** Whether clients are outside the range of pods, so that their traffic is masqueraded. */
  readonly masquerade?: true
}

/** Answers each line with the address that it came to, and says it when it is told to. */
const POD_PROGRAM = `
const { createServer } = require('node:net')
const { createSocket } = require('node:dgram')
process.setMaxListeners(0)
for (const host of ${JSON.stringify(PODS)}) {
  createServer(socket => {
    socket.on('error', () => {})
    process.on('message', () => socket.write(host + '\\n'))
    socket.on('data', data => data.includes(10) && socket.write(host + '\\n'))
  }).listen({ host, port: 8080 })
  const socket = createSocket('udp4')
  socket.on('message', (_, from) => socket.send(host, from.port, from.address))
  socket.bind(8080, host)
}
process.on('disconnect', () => process.exit())
process.send('ready')`

const CLIENT_PROGRAM = `
const { connect } = require('node:net')
const { createSocket } = require('node:dgram')
let sockets = []
const datagrams = new Map()
const sent = async address => {
  const known = datagrams.get(address)
  const socket = known ?? createSocket('udp4')
  datagrams.set(address, socket)
  if (!known) await new Promise(resolve => socket.bind(40000, address, resolve))
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve('silence'), ${PATIENCE})
    socket.once('message', data => { clearTimeout(timer); resolve(data.toString()) })
    socket.send('?', 53, '${VIP}')
  })
}
const said = (socket, bytes) => new Promise(resolve => {
  const end = text => {
    clearTimeout(timer)
    socket.inbox = ''
    socket.wake = () => {}
    resolve(text)
  }
  const timer = setTimeout(() => end('silence'), ${PATIENCE})
  // What comes before it is waited for counts as well.
  socket.wake = () => {
    if (socket.inbox !== '') end(socket.inbox.trim())
    else if (socket.ended) end('ended')
  }
  socket.wake()
  if (bytes > 0) socket.write('x'.repeat(bytes) + '\\n')
})
const open = localAddress => {
  const socket = connect({ host: '${VIP}', port: 80, localAddress })
  socket.inbox = ''
  socket.wake = () => {}
  socket.on('data', data => { socket.inbox += data; socket.wake() })
  socket.on('error', () => {})
  socket.on('close', () => { socket.ended = true; socket.wake() })
  return socket
}
process.on('message', async ({ isNew, isUdp, bytes }) => {
  if (isUdp) return process.send(await Promise.all(${JSON.stringify(CLIENTS)}.map(sent)))
  if (isNew) {
    for (const socket of sockets) socket.resetAndDestroy()
    sockets = ${JSON.stringify(CLIENTS)}.map(open)
  }
  process.send(await Promise.all(sockets.map(socket => said(socket, bytes))))
})
process.on('disconnect', () => process.exit())`

const ROUTER = { front: '10.1.0.254', back: '10.2.0.254' }

/** What the clients' process is told. */
type Order = { readonly isUdp: true } | { readonly isNew: boolean; readonly bytes: number }

/** Joins a client and pods by a router in front, one behind, and two nodes between them. */
async function openSite(lab: Lab): Promise<Site> {
  const [client, router, pods, a, b] = (await lab.namespaces(
    ['client', 'router', 'pods', 'a', 'b'].map(name => ({
      name,
      settings: ['net/ipv4/ip_forward=1'],
    })),
  )) as [Namespace, Namespace, Namespace, Namespace, Namespace]
  const nodes: Readonly<Record<NodeName, Namespace>> = { a, b }
  await cable([client, 'eth0'], [router, 'clients'])
  await ip(
    client,
    ...CLIENTS.map(one => `address add ${one}/24 dev eth0`),
    'route add default via 192.0.2.254',
  )
  for (const one of [router, pods]) await ip(one, 'link add br0 type bridge', 'link set br0 up')
  await ip(
    router,
    'address add 192.0.2.254/24 dev clients',
    `address add ${ROUTER.front}/24 dev br0`,
  )
  await ip(
    pods,
    `address add ${ROUTER.back}/24 dev br0`,
    ...PODS.map(one => `address add ${one}/32 dev lo`),
  )
  for (const [name, number] of Object.entries(NODES) as [NodeName, number][]) {
    await cable([nodes[name], 'front'], [router, `node-${name}`])
    await cable([nodes[name], 'back'], [pods, `node-${name}`])
    for (const one of [router, pods]) await ip(one, `link set node-${name} master br0`)
    await ip(
      nodes[name],
      `address add 10.1.0.${number}/24 dev front`,
      `address add 10.2.0.${number}/24 dev back`,
      `route add 192.0.2.0/24 via ${ROUTER.front}`,
      `route add 10.244.9.0/24 via ${ROUTER.back}`,
    )
  }
  const server = lab.startPeer([...pods.enter, process.execPath, '-e', POD_PROGRAM])
  await once(server, 'message')
  const talker = lab.startPeer([...client.enter, process.execPath, '-e', CLIENT_PROGRAM])
  const ask = async (order: Order): Promise<Answers> => {
    const heard = once(talker, 'message')
    talker.send(order)
    return (await heard)[0] as Answers
  }
  return {
    through: async node => {
      await ip(router, `route replace ${VIP}/32 via 10.1.0.${NODES[node]}`)
      await ip(pods, `route replace 192.0.2.0/24 via 10.2.0.${NODES[node]}`)
    },
    load: async options => {
      for (const name of Object.keys(NODES) as NodeName[]) {
        await run(nodes[name], ['nft', 'flush', 'ruleset'])
        await loadRules(nft, nodes[name], rulesOf(name, options))
        await setSysctls(nodes[name], [
          'net/netfilter/nf_conntrack_tcp_loose=1',
          'net/netfilter/nf_conntrack_tcp_be_liberal=0',
        ])
      }
    },
    set: (node, sysctl) => setSysctls(nodes[node], [`net/netfilter/${sysctl}`]),
    send: () => ask({ isUdp: true }),
    open: () => ask({ isNew: true, bytes: 1 }),
    talk: (bytes = 1) => ask({ isNew: false, bytes }),
    listen: () => {
      server.send('speak')
      return ask({ isNew: false, bytes: 0 })
    },
  }
}

function rulesOf(node: NodeName, { hash, masquerade }: LoadOptions): string {
  const metadata = { namespace: 'shop', name: 'web' }
  const items = [
    ...Object.entries(NODES).map(([name, number]) => ({
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name },
      status: { addresses: [{ type: 'InternalIP', address: `10.2.0.${number}` }] },
    })),
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: {
        ...metadata,
        annotations: hash === undefined ? {} : { 'kubenat.dev/hash': hash },
      },
      spec: {
        clusterIP: VIP,
        ports: [
          { name: 'tcp', port: 80 },
          { name: 'udp', port: 53, protocol: 'UDP' },
        ],
      },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [
        { name: 'tcp', port: 8080 },
        { name: 'udp', port: 8080, protocol: 'UDP' },
      ],
      endpoints: PODS.map(address => ({ addresses: [address] })),
    },
  ]
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items })
  const { rules = '' } = compile([{ name: 'objects.json', text }], {
    node,
    'ip-family': 'ipv4',
    // Where clients count as pods, they keep their addresses.
    'cluster-cidr': masquerade ? '10.244.0.0/16' : '192.0.2.0/24',
  })
  return rules
}

const [nft = { version: '', command: ['nft'] }] = nftVersions()
const lab = openLab()
let site: Site

failover.before(async () => {
  site = await openSite(lab)
})
failover.after(() => lab.close())

const isPod = (answer: string): boolean => PODS.includes(answer)

/** Connections through node a, moved to node b; what they came to before and after. */
async function moved(): Promise<{ readonly before: Answers; readonly after: Answers }> {
  await site.through('a')
  const before = await site.open()
  assert.ok(before.every(isPod), before.join())
  assert.ok(new Set(before).size > 1, 'several pods answer')
  await site.through('b')
  return { before, after: await site.talk() }
}

for (const hash of ['source-ip', 'source-ip-port']) {
  failover(`live on by ${hash}, and new ones come to the same pods by source-ip`, async () => {
    await site.load({ hash })
    const { before, after } = await moved()
    assert.equal(after, before)
    assert.equal(await site.talk(), before)
    if (hash === 'source-ip') assert.equal(await site.open(), before)
  })
}

failover(
  'are not heard where the pod speaks first: nothing has told the node whose answer it is',
  async () => {
    await site.load({ hash: 'source-ip' })
    await site.through('a')
    const before = await site.open()
    assert.equal(await site.listen(), before)
    await site.through('b')
    assert.equal((await site.listen()).filter(isPod), [])
  },
)

failover('of UDP live on as well', async () => {
  await site.load({ hash: 'source-ip-port' })
  await site.through('a')
  const before = await site.send()
  assert.ok(before.every(isPod), before.join())
  await site.through('b')
  assert.equal(await site.send(), before)
})

failover('end where chance chooses', async () => {
  await site.load({})
  const { before, after } = await moved()
  const alive = after.filter((one, index) => one === before[index])
  assert.ok(alive.length < CLIENTS.length / 2, `${alive.length} of ${CLIENTS.length}`)
})

failover('end where the other node does not pick up connections', async () => {
  await site.load({ hash: 'source-ip' })
  await site.set('b', 'nf_conntrack_tcp_loose=0')
  const { after } = await moved()
  assert.equal(after.filter(isPod), [])
})

failover('end where clients are masqueraded, but new ones come to the same pods', async () => {
  await site.load({ hash: 'source-ip', masquerade: true })
  const { before, after } = await moved()
  assert.equal(after.filter(isPod), [])
  assert.equal(await site.open(), before)
})

const MEGABYTE = 2 ** 20

failover('come back to the first node if it is liberal', async () => {
  await site.load({ hash: 'source-ip' })
  const { before } = await moved()
  assert.equal(await site.talk(MEGABYTE), before)
  await site.through('a')
  const strict = await site.talk()
  assert.not.ok(strict.every(isPod), 'what node a remembers of their windows is out of date')
  await site.load({ hash: 'source-ip' })
  await site.set('a', 'nf_conntrack_tcp_be_liberal=1')
  const again = await moved()
  assert.equal(await site.talk(MEGABYTE), again.before)
  await site.through('a')
  assert.equal(await site.talk(), again.before)
})

failover.run()
