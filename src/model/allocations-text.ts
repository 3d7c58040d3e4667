import { parseIp } from '../address/address.js'
import { type Diagnostics, fieldPathText, type Source } from '../diagnostics/diagnostic.js'
import { checkSchema } from '../input/schema.js'
import type { Allocations } from '../schema/types.gen.js'
import { allocations as isAllocations } from '../schema/validators.gen.js'
import { quote } from '../util/text.js'

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
      } else checkOwner(owners, `node port ${port}`, `${service} ${key}`, report)
    }
  }
}

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
