import { containedIn, type Family, type Ip, isLoopback } from '../../address/address.js'
import type { LocalDetector } from '../../plan/local-traffic.js'
import { holds, memberOf, type Region, regionsOf } from './regions.js'
import type { InterfaceTest, Source, World } from './world.js'

/**
 * Who sends, as kube-proxy tells them apart: pods whose traffic counts as local, the node itself, and
 * everybody else. Where nothing tells pods, `others` is everybody but the node.
 */
export type ClientClass = 'pods' | 'node' | 'outside' | 'others'
export const CLIENT_CLASSES: readonly ClientClass[] = ['pods', 'node', 'outside', 'others']

/** One client for all that neither of two worlds tells from it. */
export interface Client {
  readonly class: ClientClass
  /** An address that the client may have in each of the worlds. */
  readonly saddr: { readonly before: Ip; readonly after: Ip }
  /** Absent for the node itself. */
  readonly inputInterface: string | undefined
  /** All addresses that it stands for; absent for the node. */
  readonly region?: Region
}

/** Both worlds of a comparison. */
export interface Worlds {
  readonly before: World
  readonly after: World
}

const LOOPBACK: Readonly<Record<Family, Source>> = {
  IPv4: '127.0.0.0/8' as Source,
  IPv6: '::1' as Source,
}

/**
 * A client of each kind that two worlds may treat differently, for destinations with some sources of
 * their own beside those that always count. Nobody sends from a loopback address to another host.
 */
export function clientsOf(worlds: Worlds, own: readonly Source[]): readonly Client[] {
  const { before, after } = worlds
  const { family } = after
  const node = new Set([...before.own, ...after.own])
  const sources = [...before.sources, ...after.sources, ...own]
  const apart = new Set<Source>([LOOPBACK[family], ...node])
  const isTaken = (ip: Ip): boolean => before.isBackend(ip) || after.isBackend(ip)
  const clients: Client[] = nodeClients(worlds)
  for (const region of regionsOf(family, [...sources, ...apart])) {
    const saddr = memberOf(family, region, isTaken)
    if (saddr === undefined || node.has(saddr) || isLoopback(saddr)) continue
    for (const inputInterface of interfacesOf(worlds)) {
      clients.push({
        class: classOf(worlds, saddr, inputInterface),
        saddr: { before: saddr, after: saddr },
        inputInterface,
        region,
      })
    }
  }
  return clients
}

/** The node with each of its addresses, or with its first ones where they are not the same. */
function nodeClients({ before, after }: Worlds): Client[] {
  const known = (own: readonly Ip[]): readonly Ip[] => (own.length > 1 ? own.slice(0, -1) : own)
  const [old, wanted] = [known(before.own), known(after.own)]
  const same = old.length === wanted.length && old.every(ip => wanted.includes(ip))
  const pairs = same ? wanted.map(ip => [ip, ip] as const) : [[old[0], wanted[0]] as const]
  return pairs.flatMap(([was, is]) =>
    was === undefined || is === undefined
      ? []
      : {
          class: 'node' as const,
          saddr: { before: was, after: is },
          inputInterface: undefined,
        },
  )
}

/** The class of what comes in from elsewhere, by the detector as it will be. */
export function classOf(
  { before, after }: Worlds,
  saddr: Ip,
  inputInterface: string,
): Exclude<ClientClass, 'node'> {
  const detector = after.detector ?? before.detector
  if (detector === undefined) return 'others'
  return podTest(detector)(saddr, inputInterface) ? 'pods' : 'outside'
}

/** A test whether a detector takes a packet for one of a pod. */
export function podTest(detector: LocalDetector): (saddr: Ip, inputInterface: string) => boolean {
  if (detector.kind === 'cidr') return containedIn([detector.cidr])
  const { name, prefix } = detector
  return (_, inputInterface) => (prefix ? inputInterface.startsWith(name) : inputInterface === name)
}

const PLAIN = ['eth0', 'ens3', 'wan0', 'lan0', 'uplink0']

/** An interface of each kind that is asked for, and one that nobody asks for. */
export function interfacesOf({ before, after }: Worlds): readonly string[] {
  const tests = [...before.interfaces, ...after.interfaces]
  const matches = ({ name, prefix }: InterfaceTest, text: string): boolean =>
    prefix ? text.startsWith(name) : text === name
  const names = tests.map(({ name, prefix }) => (prefix ? `${name}0` : name))
  const plain = PLAIN.find(name => !tests.some(test => matches(test, name)))
  return [...new Set([...names, ...(plain === undefined ? [] : [plain])])]
}

/** The client that stands for an address with an interface. */
export const clientAt = (
  clients: readonly Client[],
  ip: Ip,
  inputInterface: string,
): Client | undefined =>
  clients.find(
    client =>
      client.inputInterface === inputInterface &&
      client.region !== undefined &&
      holds(client.region, ip),
  )
