import { type Cidr, parseIp } from '../address/address.js'
import { type Diagnostics, fieldPathText, type Source } from '../diagnostics/diagnostic.js'
import type { Allocations, Service } from '../generated/types.gen.js'
import { allocations as isAllocations } from '../generated/validators.gen.js'
import type { InputObject } from '../input/objects.js'
import { checkSchema } from '../input/schema.js'
import type { NodePortRange } from '../model/labels.js'
import { compareText } from '../util/collections.js'
import { quote } from '../util/text.js'
import { allocateAddresses, withAddresses } from './addresses.js'
import { allocateNodePorts, withNodePorts } from './node-ports.js'
import { serviceKey } from './pool.js'

/** Where addresses and node ports may be taken from. */
export interface AllocationRanges {
  readonly serviceCIDRs: readonly Cidr[]
  readonly nodePorts: NodePortRange
}

/** Services as an API server would have filled them in, and what to remember for the next run. */
export interface Allocated {
  /** In the order given. */
  readonly services: InputObject<Service>[]
  /** Of the Services given and no others, sorted by key. */
  readonly allocations: Allocations
}

/**
 * Stands in for the API server's allocation of cluster IPs and node ports. What a Service names wins;
 * what it was given before stays as long as it wants it; a new value depends on nothing but the
 * Service's own name, unless it is taken. The order of the Services never matters.
 */
export function allocate(
  services: readonly InputObject<Service>[],
  previous: Allocations,
  { serviceCIDRs, nodePorts }: AllocationRanges,
  problems: Diagnostics,
): Allocated {
  const sorted = [...services].sort((a, b) => compareText(serviceKey(a), serviceKey(b)))
  const addresses = allocateAddresses(sorted, previous, serviceCIDRs, problems)
  const ports = allocateNodePorts(sorted, previous, nodePorts, problems)
  return {
    services: services.map(service => {
      const ips = addresses.get(service)
      const numbers = ports.get(service)
      const addressed = ips ? withAddresses(service, ips) : service
      return numbers ? withNodePorts(addressed, numbers) : addressed
    }),
    allocations: {
      apiVersion: 'kubenat.dev/v1',
      kind: 'Allocations',
      clusterIPs: recordOf(sorted, addresses),
      nodePorts: recordOf(sorted, ports),
    },
  }
}

function recordOf<V>(
  sorted: readonly InputObject<Service>[],
  given: ReadonlyMap<InputObject<Service>, ReadonlyMap<string, V>>,
): { [service: string]: { [key: string]: V } } {
  return Object.fromEntries(
    sorted.flatMap(service => {
      const own = given.get(service)
      return own ? [[serviceKey(service), Object.fromEntries(own)]] : []
    }),
  )
}

/** What a missing allocation file holds. */
export const NO_ALLOCATIONS: Allocations = {
  apiVersion: 'kubenat.dev/v1',
  kind: 'Allocations',
  clusterIPs: {},
  nodePorts: {},
}

/** The file of --allocate as text. Takes the order of keys as it finds it. */
export function allocationsText({ clusterIPs, nodePorts }: Allocations): string {
  return `${JSON.stringify({ ...NO_ALLOCATIONS, clusterIPs, nodePorts }, undefined, 2)}\n`
}

/**
 * Reads the file of --allocate. Whatever is wrong is reported (KN080) and gives no allocations at
 * all, so that nothing that is in use is given to another Service. An empty file is a new one.
 */
export function parseAllocations(source: Source, problems: Diagnostics): Allocations {
  if (source.text.trim() === '') return NO_ALLOCATIONS
  const before = problems.errorCount
  const value = parseJson(source, problems)
  if (value === undefined) return NO_ALLOCATIONS
  const report = (message: string) => problems.reportAt('KN080', source, undefined, message)
  const checked = checkSchema(isAllocations, value)
  if ('errors' in checked) {
    for (const { path, message } of checked.errors) {
      report(path.length === 0 ? message : `${fieldPathText(path)}: ${message}`)
    }
    return NO_ALLOCATIONS
  }
  const allocations = checked.value
  checkAddresses(allocations, report)
  checkNodePorts(allocations, report)
  return problems.errorCount === before ? allocations : NO_ALLOCATIONS
}

function parseJson(source: Source, problems: Diagnostics): unknown {
  try {
    return JSON.parse(source.text)
  } catch (error) {
    const position = /at position (\d+)/.exec(String(error))?.[1]
    const offset = position === undefined ? undefined : Number(position)
    problems.reportAt('KN080', source, offset, 'must be JSON as kubenat writes it: syntax error')
    return undefined
  }
}

function checkAddresses({ clusterIPs }: Allocations, report: (message: string) => void): void {
  const owners = new Map<string, string>()
  for (const [service, addresses] of Object.entries(clusterIPs)) {
    for (const [family, text] of Object.entries(addresses)) {
      const parsed = parseIp(text)
      if (family !== 'IPv4' && family !== 'IPv6') {
        report(
          `clusterIPs of ${quote(service)}: must have the keys IPv4 and IPv6 only (got ${quote(family)})`,
        )
      } else if (parsed?.family !== family || parsed.dubious) {
        report(
          `clusterIPs of ${quote(service)}: must be a plain ${family} address (got ${quote(text)})`,
        )
      } else checkOwner(owners, parsed.ip, service, report)
    }
  }
}

const PORT_KEY = /^(?:TCP|UDP|SCTP)\/[1-9]\d{0,4}$/

function checkNodePorts({ nodePorts }: Allocations, report: (message: string) => void): void {
  const owners = new Map<string, string>()
  for (const [service, ports] of Object.entries(nodePorts)) {
    for (const [key, port] of Object.entries(ports)) {
      if (!PORT_KEY.test(key)) {
        report(`nodePorts of ${quote(service)}: must have keys such as TCP/80 (got ${quote(key)})`)
      } else if (owners.get(`node port ${port}`) !== ownerOf(service, key))
        // Protocols of one port number share a node port.
        checkOwner(owners, `node port ${port}`, ownerOf(service, key), report)
    }
  }
}

const ownerOf = (service: string, key: string): string => `${service} ${key.split('/')[1]}`

function checkOwner(
  owners: Map<string, string>,
  value: string,
  owner: string,
  report: (message: string) => void,
): void {
  const other = owners.get(value)
  if (other === undefined) owners.set(value, owner)
  else report(`${value} is given to both ${quote(other)} and ${quote(owner)}`)
}
