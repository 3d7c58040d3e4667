import { FAMILIES, type Family, familyOf, type Ip, parseIp } from '../../address/address.js'
import type { Place, ProbeProtocol, Scene } from '../../traffic/packet.js'

// A table of our own in the node, which only takes notes: how many new connections the rules let
// through, and of each that ended where nobody listens its original source and its last destination.
// Its chains come after all others, and accept everything.

const TABLE = 'inet kubenat-verify'
const NAME = 'kubenat-verify'

const WORDS = {
  IPv4: { suffix: '4', type: 'ipv4_addr', header: 'ip' },
  IPv6: { suffix: '6', type: 'ipv6_addr', header: 'ip6' },
} as const satisfies Record<Family, object>

/** A connection that arrived where nobody listens. */
export interface Stray {
  readonly protocol: string
  readonly from: { readonly ip: Ip; readonly port: number }
  readonly at: { readonly ip: Ip; readonly port: number }
}

/** The table, in the language of nft. */
export function guardText({ listeners }: Pick<Scene, 'listeners'>): string {
  return [
    `table ${TABLE} {`,
    'counter arrivals { }',
    ...FAMILIES.flatMap(family => setLines(family, listeners)),
    'chain note {',
    'counter name arrivals',
    ...FAMILIES.flatMap(family => PROTOCOLS.map(protocol => noteRule(family, protocol))),
    '}',
    // After everything that filters or translates, and before the entry is confirmed, so it is new.
    'chain input { type filter hook input priority 300; policy accept;',
    ...NEW.map(match => `${match} jump note`),
    '}',
    'chain postrouting { type filter hook postrouting priority 300; policy accept;',
    // What is the node's own passes the input hook.
    ...NEW.map(match => `oifname != "lo" ${match} jump note`),
    '}',
    '}',
    '',
  ].join('\n')
}

const PROTOCOLS: readonly ProbeProtocol[] = ['tcp', 'udp', 'sctp']
// By its flags too: what is left of connections under earlier rules, which are forgotten when those go,
// would count as new.
const NEW = [
  'tcp flags & (syn | ack) == syn ct state new',
  'meta l4proto { udp, sctp } ct state new',
]

function setLines(family: Family, listeners: readonly Place[]): readonly string[] {
  const { suffix, type } = WORDS[family]
  const places = listeners
    .filter(({ ip }) => familyOf(ip) === family)
    .map(({ ip, port, protocol }) => `${protocol} . ${ip} . ${port}`)
  const elements = [...new Set(places)].join(', ')
  return [
    `set listeners${suffix} { type inet_proto . ${type} . inet_service;`,
    ...(elements ? [`elements = { ${elements} }`] : []),
    '}',
    `set strays${suffix} { type inet_proto . ${type} . inet_service . ${type} . inet_service;`,
    'flags dynamic, timeout; timeout 30s; size 65535; }',
  ]
}

/**
 * The original source, because the packet's own may be masqueraded by now. One rule for a protocol,
 * because nft knows the type of `ct original proto-src` only where it knows the protocol.
 */
function noteRule(family: Family, protocol: ProbeProtocol): string {
  const { suffix, header } = WORDS[family]
  const at = `${header} daddr . ${protocol} dport`
  const from = `ct original ${header} saddr . ct original proto-src`
  return (
    `meta l4proto ${protocol} meta l4proto . ${at} != @listeners${suffix} ` +
    `update @strays${suffix} { meta l4proto . ${from} . ${at} }`
  )
}

/** Arguments of nft that list the notes of strays of one family. */
const listStrays = (family: Family): readonly string[] => [
  '-j',
  `list set ${TABLE} strays${WORDS[family].suffix}`,
]
/** Arguments of nft that list how many connections arrived. */
export const LIST_ARRIVALS = ['-j', `list counter ${TABLE} arrivals`]

interface ListedObject {
  readonly set?: { readonly elem?: readonly ListedElement[] }
  readonly counter?: { readonly packets: number }
}
type ListedElement = { readonly elem: { readonly val: { readonly concat: readonly unknown[] } } }

const objectsOf = (listing: string): readonly ListedObject[] =>
  (JSON.parse(listing) as { nftables: ListedObject[] }).nftables

/** Reads the notes of strays. */
const parseStrays = (listing: string): readonly Stray[] =>
  objectsOf(listing).flatMap(({ set }) =>
    (set?.elem ?? []).map(({ elem }) => {
      const [protocol, fromIp, fromPort, ip, port] = elem.val.concat
      return {
        protocol: String(protocol),
        from: { ip: ipOf(fromIp), port: Number(fromPort) },
        at: { ip: ipOf(ip), port: Number(port) },
      }
    }),
  )

const ipOf = (value: unknown): Ip => parseIp(String(value))?.ip ?? (String(value) as Ip)

/** Reads the number of connections that arrived. */
export const parseArrivals = (listing: string): number =>
  objectsOf(listing).find(({ counter }) => counter)?.counter?.packets ?? 0

/** A JSON listing of all rules, without this table. */
export function withoutGuard(listing: string): string {
  const { nftables } = JSON.parse(listing) as { nftables: Record<string, unknown>[] }
  return JSON.stringify({
    nftables: nftables.filter(object => !Object.values(object).some(isOurs)),
  })
}

/** A table goes by its name, all else by that of its table. */
const isOurs = (value: unknown): boolean => {
  const { family, name, table } = value as Record<string, unknown>
  return family === 'inet' && (table ?? name) === NAME
}

/** Where the connection of a source ended, if nobody listens there. */
export type StrayOf = (protocol: ProbeProtocol, ip: Ip, port: number) => Stray['at'] | undefined

/** What the guard has noted of strays. */
export interface StrayNotes {
  /** Reads the notes, all of them that were there at the call. */
  readonly read: (family: Family) => Promise<StrayOf>
}

/** Notes that are listed once for everybody who waits, however many probes come back at a time. */
export function openStrayNotes(nft: (words: readonly string[]) => Promise<string>): StrayNotes {
  const running = new Map<Family, Promise<StrayOf>>()
  const next = new Map<Family, Promise<StrayOf>>()
  const start = (family: Family): Promise<StrayOf> => {
    next.delete(family)
    const reading = nft(listStrays(family)).then(listing => indexOf(parseStrays(listing)))
    running.set(family, reading)
    const ended = (): unknown => running.get(family) === reading && running.delete(family)
    reading.then(ended, ended)
    return reading
  }
  return {
    read: family => {
      const current = running.get(family)
      if (!current) return start(family)
      // What is read now may have been listed before the probes of this call.
      const following =
        next.get(family) ??
        current.then(
          () => start(family),
          () => start(family),
        )
      next.set(family, following)
      return following
    },
  }
}

function indexOf(strays: readonly Stray[]): StrayOf {
  const key = (protocol: string, ip: string, port: number): string => `${protocol} ${ip} ${port}`
  const places = new Map(
    strays.map(({ protocol, from, at }) => [key(protocol, from.ip, from.port), at]),
  )
  return (protocol, ip, port) => places.get(key(protocol, ip, port))
}
