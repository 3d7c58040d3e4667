import type { Ip } from '../address/address.js'
import type { Service } from '../generated/types.gen.js'
import type { InputObject } from '../input/objects.js'
import type { Node } from '../model/node.js'
import { clusterIPsOf, isHeadless } from '../model/service-port.js'
import { UsageError } from '../options/read.js'
import type { L4Protocol } from '../rules/match.js'
import type { Packet } from '../trace/packet.js'
import { quote } from '../util/text.js'
import type { GivenDestination } from './trace-ends.js'
import {
  type Directory,
  type In,
  inFamilyOf,
  needsObjects,
  nodeNamed,
  unknownName,
} from './trace-names.js'

/** Where a packet goes, in one family. */
export interface Target {
  readonly ip: Ip
  readonly port: number | undefined
  readonly protocol: Packet['protocol']
}

/**
 * The addresses that a destination has in each family.
 *
 * @throws UsageError for a name that nothing has, or a port that a Service has not by that name
 */
export function targetsOf(
  to: GivenDestination,
  node: Node,
  directory: Directory | undefined,
): In<Target> {
  if (to.kind === 'address') return inFamilyOf({ ip: to.ip, port: to.port, protocol: to.protocol })
  if (directory === undefined) throw needsObjects('--to')
  if (to.kind === 'service') return serviceTargets(to, directory)
  const { primary } = nodeNamed(to.name, node, directory, '--to')
  const { port, protocol } = to
  return family => {
    const ip = primary[family]
    return ip === undefined ? undefined : { ip, port, protocol }
  }
}

type GivenService = Extract<GivenDestination, { kind: 'service' }>

function serviceTargets(to: GivenService, { cluster, services }: Directory): In<Target> {
  const service = services.find(one => one.namespace === to.namespace && one.name === to.name)
  const name = `${to.namespace}/${to.name}`
  if (service === undefined) {
    throw unknownName(
      '--to',
      'Service',
      name,
      services.map(one => `${one.namespace}/${one.name}`),
    )
  }
  const { spec } = service.value
  if (spec.type === 'ExternalName')
    throw new UsageError(
      `--to ${name}: an ExternalName is a name in DNS, which no rules are made for`,
    )
  if (isHeadless(service))
    throw new UsageError(
      `--to ${name}: a headless Service has no ClusterIP; its endpoints are reached directly`,
    )
  const target = portOfService(to, service)
  return family => {
    const served = cluster.ports[family].find(one => one.service === service)
    // A Service that no rules are made for has its addresses all the same.
    const given = clusterIPsOf(service).find(one => one.family === family)?.ip
    const ip = served ? served.clusterIP : given
    return ip === undefined ? undefined : { ip, port: target.port, protocol: target.protocol }
  }
}

/** The port that is meant: by its name, by its number, or the only one. */
function portOfService(
  { port, protocol, ...to }: GivenService,
  { value }: InputObject<Service>,
): { readonly port: number; readonly protocol: L4Protocol } {
  const ports = (value.spec.ports ?? []).map(one => ({
    name: one.name ?? '',
    port: one.port,
    protocol: (one.protocol ?? 'TCP').toLowerCase() as L4Protocol,
  }))
  const name = `${to.namespace}/${to.name}`
  const list = ports
    .map(one => `${one.name === '' ? '' : `${one.name} = `}${one.port}/${one.protocol}`)
    .join(', ')
  const fitting = ports.filter(one => protocol === undefined || one.protocol === protocol)
  if (port === undefined) {
    const [only, ...others] = fitting
    if (only && others.length === 0) return only
    throw new UsageError(`--to ${name} needs a port: it has ${list || 'none'}`)
  }
  const named = fitting.find(one => one.name === port)
  if (named) return named
  if (!/^\d{1,5}$/.test(port))
    throw new UsageError(`--to ${name}: no port is named ${quote(port)}; it has ${list}`)
  const number = Number(port)
  const numbered = fitting.filter(one => one.port === number)
  // A number that the Service has not is a question too: what becomes of it.
  return (
    numbered.find(one => one.protocol === 'tcp') ??
    numbered[0] ?? { port: number, protocol: protocol ?? 'tcp' }
  )
}
