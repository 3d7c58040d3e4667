import type { Family } from '../../../src/address/address.js'
import type { Node } from '../../../src/model/node.js'
import type { ProxyMode } from '../../../src/options/modes.js'
import { type Limits, sceneOf, type Trials } from '../../../src/verify/what/trials.js'
import {
  cluster,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
} from '../../build.js'

/** What a scene is made for, as far as it is not the default. */
export interface Given {
  readonly ports?: readonly PortFields[]
  readonly serviceCIDRs?: readonly string[]
  readonly others?: readonly Node[]
  readonly at?: Node
  readonly settings?: SettingsFields
  readonly proxyMode?: ProxyMode
  readonly families?: readonly Family[]
  readonly limits?: Limits
}

/** The trials at worker-1, whose address is 192.168.0.1 and whose pods are in 10.244.1.0/24. */
export function trials(given: Given = {}): Trials {
  const at = given.at ?? node({ podCIDRs: ['10.244.1.0/24'] })
  const ports = (given.ports ?? []).map(servicePort)
  const all = { ...cluster(ports, given.serviceCIDRs), nodes: [at, ...(given.others ?? [])] }
  const options = {
    plan: settings(given.settings),
    proxyMode: given.proxyMode ?? 'nftables',
    families: given.families ?? ['IPv4', 'IPv6'],
    nodePortRange: { from: 30000, to: 32767 },
  }
  return sceneOf(all, at, options, given.limits ?? { maxDestinations: 500 })
}

/** Destinations as `kind ip:port/protocol`, each once. */
export const destinations = ({ checks }: Trials): string[] => [
  ...new Set(
    checks.map(
      ({ destination: { kind, ip, port, protocol } }) => `${kind} ${ip}:${port}/${protocol}`,
    ),
  ),
]

/** Clients as `kind ip interface`, each once, of the checks of some destinations. */
export const clients = ({ checks }: Trials, pattern = /./): string[] => [
  ...new Set(
    checks
      .filter(({ destination }) => pattern.test(`${destination.kind} ${destination.ip}`))
      .map(({ client }) => `${client.kind} ${client.ip} ${client.inputInterface ?? '-'}`),
  ),
]
