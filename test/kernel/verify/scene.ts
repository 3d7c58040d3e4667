import { type Ip, parseIp } from '../../../src/address/address.js'
import type { Scene } from '../../../src/traffic/packet.js'

// A scene, and rules for it that are known to be right or wrong.

export const ip = (text: string): Ip => {
  const parsed = parseIp(text)
  if (!parsed) throw new Error(`no address: ${text}`)
  return parsed.ip
}

/** One address of each family. */
type Dual = readonly [Ip, Ip]
const dual = (ipv4: string, ipv6: string): Dual => [ip(ipv4), ip(ipv6)]

export const NODE = dual('192.168.50.11', 'fd00:50::11')
export const EXTRA = dual('172.31.0.1', '2001:db8:31::1')
export const POD = dual('10.244.1.2', 'fd00:10:244:1::2')
export const FAR = dual('10.244.9.5', 'fd00:10:244:9::5')
// A backend among the Services' own addresses.
const ODD = dual('10.96.0.200', 'fd00:10:96::200')
export const STRANGER = dual('192.0.2.7', '2001:db8:2::7')
export const BACKEND_PORT = 8080
export const SCENE: Scene = {
  node: { name: 'worker-1', addresses: [NODE[0], EXTRA[0], EXTRA[1], NODE[1]] },
  pods: [
    { name: 'web', addresses: POD, device: 'veth1' },
    { name: 'idle', addresses: [ip('10.244.1.3')], device: 'veth2' },
  ],
  bridge: undefined,
  beyond: [...FAR, ...STRANGER],
  listeners: (['tcp', 'udp'] as const).flatMap(protocol =>
    [...NODE, ...POD, ...FAR, ...ODD, ip('127.0.0.1'), ip('::1')].map(ip => ({
      ip,
      port: BACKEND_PORT,
      protocol,
    })),
  ),
}
export const CLIENTS = { outside: STRANGER, far: FAR, pod: POD, node: EXTRA }

/** What is done with packets to a Service: address and port to go on to, and masquerading; or a verdict. */
export const SERVICES: Readonly<Record<number, { to?: Dual; port?: number; verdict?: string }>> = {
  10: { to: POD },
  11: { to: FAR },
  12: { to: NODE },
  13: { to: ODD },
  20: { to: POD, port: 81 },
  21: { to: FAR, port: 81 },
  22: { to: NODE, port: 81 },
  23: { to: dual('10.244.200.200', 'fd00:10:244:200::200') },
  30: { verdict: 'reject' },
  31: { verdict: 'drop' },
}
export const serviceIp = (number: number): Dual =>
  dual(`10.96.0.${number}`, `fd00:10:96::${number}`)

/** Rules that do this for the ClusterIPs, and if asked for masquerade it all. */
export function rules(masquerade: boolean): string {
  const numbers = Object.keys(SERVICES).map(Number)
  const inBoth = (line: (number: number, family: 0 | 1) => string): string =>
    numbers.flatMap(number => FAMILIES.map(family => `${line(number, family)}\n`)).join('')
  const destination = (number: number, family: 0 | 1): string =>
    `${HEADERS[family]} daddr ${serviceIp(number)[family]}`
  const translations = inBoth((number, family) => {
    const { to, port = BACKEND_PORT } = SERVICES[number] ?? {}
    if (to === undefined) return ''
    const target = family === 0 ? to[0] : `[${to[1]}]`
    const mark = masquerade ? 'meta mark set 1' : ''
    const match = `${destination(number, family)} meta l4proto { tcp, udp } th dport 80`
    return `${match} ${mark} dnat ${HEADERS[family]} to ${target}:${port}`
  })
  const verdicts = inBoth((number, family) => {
    const { verdict } = SERVICES[number] ?? {}
    return verdict ? `${destination(number, family)} ${verdict}` : ''
  })
  return `table inet services {
    chain services { ${translations} }
    chain verdicts { ${verdicts} }
    chain prerouting { type nat hook prerouting priority -100; jump services; }
    chain output { type nat hook output priority -100; jump services; }
    chain forward { type filter hook forward priority 0; jump verdicts; }
    chain filter-output { type filter hook output priority 0; jump verdicts; }
    chain postrouting { type nat hook postrouting priority 100; meta mark 1 masquerade; }
  }`
}

const HEADERS = ['ip', 'ip6'] as const
export const FAMILIES = [0, 1] as const
