import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Family, familyOf, type Ip } from '../../src/address/address.js'
import { compileNode, findNode, loadCluster } from '../../src/compile.js'
import type { FindingCode } from '../../src/diagnostics/catalog/index.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { migrate, migrationOptions } from '../../src/migrate/migrate.js'
import type { Node } from '../../src/model/node.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import type { IptablesRules } from '../../src/rules/iptables.js'
import type { Packet } from '../../src/traffic/packet.js'
import { evaluate } from '../../src/traffic/walk/evaluate.js'
import { indexTables } from '../../src/traffic/walk/index-tables.js'
import { cluster, type KubeObject, nodes } from '../arbitrary/cluster.js'
import { type ClusterOptions, options } from '../arbitrary/options.js'
import { packetsOf } from '../arbitrary/packets.js'
import { canonical } from '../reference/objects.js'
import { summaryOf } from '../trace/summary.js'
import { type FirstPacket, runIptables } from '../traffic/promise/run-iptables.js'

// Every packet is walked through the rules of both modes, by two programs that share nothing: what is
// not the same must be told by a finding, and what findings tell must not be the same.

const differences = suite('differences of the modes')

// A run compiles a cluster twice and walks hundreds of packets.
const RUNS = { numRuns: 25 }

/** One node before and after. */
interface Lab {
  readonly node: Node
  readonly findings: ReadonlyMap<FindingCode, readonly string[]>
  /** What may become of a packet, with further addresses of the node beside those that are known. */
  readonly before: (packet: Packet, more?: readonly Ip[]) => readonly string[]
  readonly after: (packet: Packet, more?: readonly Ip[]) => readonly string[]
}

function labOf(objects: readonly KubeObject[], given: Partial<ClusterOptions>): Lab {
  const problems = new Diagnostics()
  const raw: RawOptions = { ...given, 'on-conflict': 'first' }
  const { options, settings } = migrationOptions(raw)
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { cluster } = loadCluster([{ name: 'list.json', text }], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  if (node === undefined) throw new Error('no node')
  const { rules: made } = compileNode(cluster, node, options, problems)
  const tables = indexTables(made.kind === 'nftables' ? made.tables : [])
  const rulesOf = (family: string): IptablesRules => {
    const mode = { 'proxy-mode': 'iptables', 'ip-family': family }
    const { rules: typed } = compileNode(cluster, node, parseOptions({ ...raw, ...mode }), problems)
    const [first] = typed.kind === 'iptables' ? typed.rules : []
    if (first === undefined) throw new Error('no rules')
    return first
  }
  const rules: Record<Family, IptablesRules> = { IPv4: rulesOf('ipv4'), IPv6: rulesOf('ipv6') }
  const { findings } = migrate(cluster, node, settings)
  const own = (more: readonly Ip[]) => [...node.addresses, ...more]
  return {
    node,
    findings: new Map(findings.map(({ code, touches }) => [code, touches.map(one => one.what)])),
    before: (packet, more = []) =>
      endsOf(runIptables(rules[familyOf(packet.daddr)], packet as FirstPacket, own(more))),
    after: (packet, more = []) => endsOf(evaluate(tables, packet, { addresses: own(more) })),
  }
}

/** What may become of a packet, without the shares. */
const endsOf = (branches: Parameters<typeof summaryOf>[0]): readonly string[] =>
  Object.keys(summaryOf(branches)).sort()

/** The default of --nodeport-addresses is what differs most: half of the time it is left alone. */
const given: fc.Arbitrary<Partial<ClusterOptions>> = fc
  .tuple(options, fc.boolean())
  .map(([{ 'nodeport-addresses': addresses, ...others }, isDefault]) =>
    isDefault ? others : { ...others, 'nodeport-addresses': addresses },
  )

const isBackend = (end: string): boolean => /\d/.test(end)
const isLoopback = (ip: string): boolean => ip === '127.0.0.1' || ip === '::1'
const unmasqueraded = (ends: readonly string[]): readonly string[] =>
  ends.map(end => end.replace(' masqueraded', '')).sort()

/** A word of a finding, and the code that it is under. */
type Told = readonly [code: FindingCode, isTold: (what: string) => boolean]

/** What ought to be told of a packet that fares otherwise; any of it will do. */
function toldOf(
  { node }: Lab,
  packet: Packet,
  before: readonly string[],
  after: readonly string[],
) {
  const { daddr, saddr, dport, protocol } = packet
  const port = `${dport}/${protocol}`
  const place = daddr.includes(':') ? `[${daddr}]:${port}` : `${daddr}:${port}`
  const told: Told[] = []
  if (before.some(isBackend) && after.some(isBackend)) {
    const isSelf = (what: string): boolean =>
      what.startsWith(`endpoint ${saddr}:`) || what.startsWith(`endpoint [${saddr}]:`)
    const isPart = (some: readonly string[], all: readonly string[]): boolean =>
      some.every(one => all.includes(one))
    // A hash leaves each client one of the endpoints.
    if (isPart(after, before)) told.push(['KN320', () => true])
    return isPart(unmasqueraded(after), unmasqueraded(before))
      ? [...told, ['KN310', isSelf] as Told, ['KN319', isSelf] as Told]
      : told
  }
  if (isLoopback(daddr)) {
    if (before.some(isBackend)) told.push(['KN300', what => what === `127.0.0.1:${port}`])
    else told.push(['KN302', what => what.startsWith(`${port}, `)])
    // What KUBE-FIREWALL drops.
    if (before.join() === 'drop' && !isLoopback(saddr)) told.push(['KN315', () => true])
    return told
  }
  if (node.addresses.includes(daddr) && after.join() === 'untouched')
    return before.some(isBackend)
      ? [['KN301', what => what === port] as Told]
      : [['KN302', what => what.startsWith(`${port}, `)] as Told]
  if (before.join() === 'untouched') {
    told.push(['KN303', what => what === daddr], ['KN311', what => what === place])
    if (after.join() === 'drop') told.push(['KN304', () => true])
    return told
  }
  if (after.join() === 'drop')
    told.push([before.join() === 'reject' ? 'KN312' : 'KN313', what => what === place])
  return told
}

/**
 * Whether a packet could come this way at all: an endpoint of another node sends by that node, which
 * translates everything but what is for this node itself; no neighbour sends to a loopback address of
 * this node. With interfaces, one of another node comes by the uplink.
 */
function isPossible({ node }: Lab, objects: readonly KubeObject[], packet: Packet): boolean {
  const elsewhere = objects
    .flatMap(
      ({ endpoints = [] }) => endpoints as readonly { addresses: string[]; nodeName?: string }[],
    )
    .filter(({ nodeName }) => nodeName !== undefined && nodeName !== node.name)
    .flatMap(({ addresses }) => addresses.map(canonical))
  if (!elsewhere.includes(packet.saddr)) return true
  return packet.inputInterface === 'eth0' && node.addresses.includes(packet.daddr)
}

/** Endpoints of other nodes come by the uplink. */
const packetsAt = (lab: Lab, objects: readonly KubeObject[]): readonly Packet[] => {
  const all = packetsOf(objects, lab.node.addresses)
  const byUplink = all
    .filter(({ inputInterface }) => inputInterface === 'veth1')
    .map(packet => ({ ...packet, inputInterface: 'eth0' }))
  return [...all, ...byUplink].filter(packet => isPossible(lab, objects, packet))
}

differences('what becomes of a packet in another way is told, with its Service', () => {
  let differing = 0
  fc.assert(
    fc.property(cluster(3), given, (objects, given) => {
      const lab = labOf(objects, given)
      // Without Services, that the node's loopback addresses lie open is nobody's matter here.
      const isEmpty = (family: Family): boolean =>
        !objects.some(({ spec }) =>
          ((spec as { ipFamilies?: string[] } | undefined)?.ipFamilies ?? []).includes(family),
        )
      for (const packet of packetsAt(lab, objects)) {
        const before = lab.before(packet)
        const after = lab.after(packet)
        if (before.join() === after.join()) continue
        if (isLoopback(packet.daddr) && isEmpty(familyOf(packet.daddr))) continue
        differing++
        const told = toldOf(lab, packet, before, after)
        const isTold = told.some(([code, isMeant]) => {
          const whats = lab.findings.get(code)
          const aboutNode = code === 'KN304' || code === 'KN315'
          return whats !== undefined && (aboutNode || whats.some(isMeant))
        })
        if (!isTold)
          assert.unreachable(
            `${JSON.stringify(packet)}: ${before} becomes ${after}, and none of ${told.map(([code]) => code)} says so: ${JSON.stringify([...lab.findings])}`,
          )
      }
    }),
    RUNS,
  )
  assert.ok(differing > 100, `${differing} packets`)
})

const EXTRA = { IPv4: '172.30.99.9', IPv6: 'fd00:99::9' } as Record<Family, Ip>
const packetOf = (saddr: string, daddr: string, port: string, inputInterface?: string): Packet => {
  const [dport, protocol] = port.split('/')
  return { saddr, daddr, dport: Number(dport), protocol, inputInterface } as Packet
}
/** `10.0.0.1:80/tcp`, `[fd00::1]:80/tcp`. */
const split = (what: string): readonly [string, string] => {
  const [, six, four, port = ''] = /^(?:\[(.+)\]|([^:]+)):(\d+\/\w+)$/.exec(what) ?? []
  return [six ?? four ?? '', port]
}

differences('what a finding tells of a destination is so', () => {
  const shown = new Map<string, number>()
  fc.assert(
    fc.property(cluster(3), given, (objects, given) => {
      const lab = labOf(objects, given)
      const differs = (
        code: string,
        packet: Packet,
        wanted: string,
        more?: readonly Ip[],
      ): void => {
        const before = lab.before(packet, more)
        const after = lab.after(packet, more)
        const context = `${code}: ${JSON.stringify(packet)}: ${before} becomes ${after}`
        assert.is.not(before.join(), after.join(), context)
        assert.is(after.join(), wanted, context)
        shown.set(code, (shown.get(code) ?? 0) + 1)
      }
      const each = (code: FindingCode, show: (what: string) => void): void =>
        lab.findings.get(code)?.forEach(show)
      const own = lab.node.addresses[0] ?? ''

      each('KN300', what => {
        const [ip, port] = split(what)
        differs('KN300', packetOf('127.0.0.1', ip, port), 'untouched')
      })
      each('KN301', what => {
        // NodePorts of the two families are told alike; one of them at least is lost.
        const lost = (['IPv4', 'IPv6'] as const).filter(family => {
          const outside = family === 'IPv4' ? '192.0.2.7' : '2001:db8:9::7'
          const packet = packetOf(outside, EXTRA[family], what, 'eth0')
          const more = [EXTRA[family]]
          return lab.before(packet, more).join() !== lab.after(packet, more).join()
        })
        assert.ok(lost.length > 0, `KN301: ${what}`)
        shown.set('KN301', (shown.get('KN301') ?? 0) + 1)
      })
      each('KN303', ip => {
        const saddr = ip.includes(':') ? '2001:db8:9::7' : '192.0.2.7'
        differs('KN303', packetOf(saddr, ip, '1/tcp', 'eth0'), 'reject')
      })
      each('KN311', what => {
        const [ip, port] = split(what)
        const saddr = lab.node.addresses.find(one => one.includes(':') === ip.includes(':')) ?? own
        if (saddr.includes(':') !== ip.includes(':')) return
        const packet = packetOf(saddr, ip, port)
        const after = lab.after(packet).join()
        differs('KN311', packet, after === 'drop' ? 'drop' : 'reject')
      })
      for (const code of ['KN312', 'KN313'] as const)
        each(code, what => {
          const [ip, port] = split(what)
          // Somebody is barred; who is allowed may be all the clients that are known here.
          const clients = packetsOf(objects, lab.node.addresses)
            .filter(({ daddr, inputInterface }) => daddr === ip && inputInterface === 'eth0')
            .map(({ saddr }) => packetOf(saddr, ip, port, 'eth0'))
          const barred = clients.find(packet => lab.after(packet).join() === 'drop')
          // Under the Local policy nobody outside is served without an endpoint here.
          if (barred && lab.before(barred).join() !== 'drop') differs(code, barred, 'drop')
        })
    }),
    RUNS,
  )
  for (const code of ['KN300', 'KN301', 'KN303', 'KN311'])
    assert.ok(shown.get(code), `nothing shows ${code}`)
})

differences('a cluster without Services gives no finding about Services', () => {
  fc.assert(
    fc.property(given, given => {
      const { findings } = labOf(nodes, given)
      assert.equal(
        [...findings].filter(([code, whats]) => code !== 'KN304' || whats.length > 0),
        [],
      )
      const ranges = given['service-cidr'] ?? []
      assert.is(findings.has('KN304'), ranges.length > 0)
    }),
    RUNS,
  )
})

differences.run()
