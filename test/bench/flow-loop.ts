import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ip, type Lab, type Namespace, run, setSysctls } from '../../src/verify/lab/lab.js'
import { clock } from './measure.js'

// New flows without a sender: a few TCP SYNs run in circles between a node that forwards and a mirror at
// the other end of its cable. At every lap the mirror's nft gives them a source address that was not
// used before and the cluster IP of some service, and sends them back. So every lap is a new flow for
// the node, and the kernel alone makes it: no system call, no socket and no answer blurs what it costs.

/** A node with rules in it, and the mirror that plays all clients and all endpoints. */
export interface FlowLoop {
  /** Sends new flows to the cluster IPs of the first so many services of the corpus. */
  readonly send: (flows: number, services: number) => Promise<Sent>
  /** Empties the node's list of connections: the kernel keeps those of all namespaces in one table. */
  readonly forget: () => Promise<void>
}

export interface Sent {
  /**
   * Microseconds for one flow, the way over the cable and back included, in the fastest stretch: what
   * disturbs only ever adds.
   */
  readonly cost: number
  /** How many flows the node has sent on with another destination, by what was counted. */
  readonly arrivals: ReadonlyMap<string, number>
}

/** What the mirror counts: arrivals at each address, or all together as those at 10.0.0.0. */
export type Counting = 'each' | 'all'

const NODE = { ip: '10.255.0.1', mac: '02:00:00:00:00:01' }
const MIRROR = { ip: '10.255.0.2', mac: '02:00:00:00:00:02' }
const FIRST_CLIENT = 0x0a010000 // 10.1.0.0
const FIRST_SERVICE = 0x0a600000 // 10.96.0.0
const SYN_BYTES = 60
/** Keeps one CPU at work without a pause. */
const IN_FLIGHT = 64
/** Flows before the clock starts. */
const WARM_UP = 10_000
/** Flows that one measurement of the cost is taken over. */
const STRETCH = 10_000
/** Milliseconds that looking at the counter takes at most. */
const BLINK = 0.2
/** Milliseconds after which the node may forget a flow, by the setting below. */
const EXPIRY = 1100
/** Milliseconds that no run may take. */
const PATIENCE = 20_000

/** Joins a mirror to a namespace with rules in it; both end with the lab. */
export async function openFlowLoop(
  lab: Lab,
  node: Namespace,
  counting: Counting = 'all',
): Promise<FlowLoop> {
  const mirror = await lab.namespace('mirror')
  const peer = `peer name eth0 address ${MIRROR.mac} netns ${mirror.pid}`
  await ip(node, `link add eth0 address ${NODE.mac} type veth ${peer}`)
  await Promise.all([plug(node, NODE, MIRROR), plug(mirror, MIRROR, NODE)])
  await setSysctls(node, [
    'net/ipv4/ip_forward=1',
    'net/ipv4/conf/all/send_redirects=0',
    'net/ipv4/conf/eth0/send_redirects=0',
    'net/netfilter/nf_conntrack_tcp_timeout_syn_sent=1',
  ])
  return {
    send: async (flows, services) => {
      await run(mirror, ['nft', '-f', '-'], mirrorRules(WARM_UP + flows, services, counting))
      const [cost] = await Promise.all([timed(mirror, flows), run(mirror, INJECT)])
      return { cost, arrivals: await arrivals(mirror) }
    },
    forget: async () => {
      await sleep(EXPIRY)
      // Reading the list is what drops entries that have expired.
      readFileSync(`/proc/${node.pid}/net/nf_conntrack`)
    },
  }
}

type End = typeof NODE

async function plug(namespace: Namespace, own: End, other: End): Promise<void> {
  await ip(
    namespace,
    `address add ${own.ip}/30 dev eth0`,
    'link set eth0 up',
    `neigh replace ${other.ip} lladdr ${other.mac} dev eth0 nud permanent`,
    `route add default via ${other.ip}`,
  )
}

const MASKS: Readonly<Record<Counting, string>> = { each: '255.255.255.255', all: '255.0.0.0' }

/** What stands in the mirror; the quota ends the loop. */
const mirrorRules = (flows: number, services: number, counting: Counting): string => `
table netdev mirror
delete table netdev mirror
table netdev mirror {
  set arrivals {
    type ipv4_addr
    size 65535
    flags dynamic
    counter
  }
  chain ingress {
    type filter hook ingress device "eth0" priority 0;
    ip protocol != tcp drop
    quota over ${flows * SYN_BYTES} bytes drop
    ip daddr & 255.255.0.0 != 10.96.0.0 update @arrivals { ip daddr & ${MASKS[counting]} }
    ether daddr set ${NODE.mac}
    ip ttl set 64
    ip saddr set numgen inc mod ${2 ** 20} offset ${FIRST_CLIENT}
    ip daddr set numgen random mod ${services} offset ${FIRST_SERVICE}
    tcp dport set 80
    fwd to "eth0"
  }
}
`

async function arrivals(mirror: Namespace): Promise<Map<string, number>> {
  const listing = await run(mirror, ['nft', 'list', 'set', 'netdev', 'mirror', 'arrivals'])
  const elements = listing.matchAll(/([\d.]+) counter packets (\d+)/g)
  return new Map([...elements].map(([, address = '', packets]) => [address, Number(packets)]))
}

const [, FIRST_CPU = '0'] =
  /Cpus_allowed_list:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8')) ?? []

/** Packets stay on the CPU that they began on, so one does all the work. */
const INJECT = [
  ...['taskset', '-c', FIRST_CPU, process.execPath, '-e'],
  `for (let i = 0; i < ${IN_FLIGHT}; i++)
    require('node:net').connect({ host: '10.96.0.0', port: 80 }).on('error', () => {})
  setImmediate(() => process.exit())`,
]

interface Sight {
  readonly at: number
  readonly laps: number
}

/** How many packets a mirror has received, and when. */
function look({ pid }: Namespace): Sight {
  for (;;) {
    const at = clock()
    const devices = readFileSync(`/proc/${pid}/net/dev`, 'utf8')
    const laps = Number(/eth0:\s*\d+\s+(\d+)/.exec(devices)?.[1])
    // Interrupted between the two, the sight would be of another time.
    if (clock() - at < BLINK) return { at, laps }
  }
}

/** Watches the laps go by, and returns the microseconds that one takes in the fastest stretch. */
async function timed(mirror: Namespace, flows: number): Promise<number> {
  const began = look(mirror)
  // The last few may be on their way when the quota is full.
  const last = began.laps + WARM_UP + flows - IN_FLIGHT
  const costs: number[] = []
  let from: Sight | undefined
  for (;;) {
    const now = look(mirror)
    if (from === undefined && now.laps >= began.laps + WARM_UP) from = now
    if (from && now.laps >= from.laps + STRETCH) {
      costs.push(((now.at - from.at) * 1000) / (now.laps - from.laps))
      from = now
    }
    if (now.laps >= last) return Math.min(...costs)
    if (now.at - began.at > PATIENCE)
      throw new Error(`the loop of flows came to rest after ${now.laps - began.laps} laps`)
    await sleep(1)
  }
}
