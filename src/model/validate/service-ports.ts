import type { Diagnostics, FieldPath } from '../../diagnostics/diagnostic.js'
import type { Service, ServicePortSpec } from '../../generated/types.gen.js'
import type { InputObject } from '../../input/objects.js'
import { quote } from '../../util/text.js'
import type { NodePortRange } from '../labels.js'
import { isHeadless } from '../service-port.js'
import { DNS_LABEL, PORT_NAME } from './addresses.js'

/** Checks the ports of a Service, each for itself and all together (KN030-KN035, KN045). */
export function checkServicePorts(
  service: InputObject<Service>,
  range: NodePortRange,
  problems: Diagnostics,
): void {
  const { type = 'ClusterIP', ports = [] } = service.value.spec
  if (ports.length === 0 && type !== 'ExternalName' && !isHeadless(service)) {
    const message = 'must have at least one port, unless the Service is headless or ExternalName'
    problems.report('KN030', service, ['spec', 'ports'], message)
  }
  checkNames(service, ports, problems)
  checkTwice(service, ports, problems)
  for (const [index, port] of ports.entries()) {
    const path = ['spec', 'ports', index]
    checkTargetPort(service, port, path, problems)
    checkNodePort(service, port, path, range, problems)
  }
  checkHealthCheckNodePort(service, ports, problems)
}

function checkNames(
  service: InputObject<Service>,
  ports: readonly ServicePortSpec[],
  problems: Diagnostics,
): void {
  const seen = new Set<string>()
  for (const [index, { name = '' }] of ports.entries()) {
    const report = (message: string) =>
      problems.report('KN031', service, ['spec', 'ports', index, 'name'], message)
    if (name === '') {
      if (ports.length > 1) report('must be given, since the Service has more than one port')
      continue
    }
    if (!DNS_LABEL.fits(name)) report(`must be ${DNS_LABEL.expect} (got ${quote(name)})`)
    if (seen.has(name)) report(`must be unique in the Service (got ${quote(name)} again)`)
    seen.add(name)
  }
}

function checkTwice(
  service: InputObject<Service>,
  ports: readonly ServicePortSpec[],
  problems: Diagnostics,
): void {
  const seen = new Set<string>()
  for (const [index, { protocol = 'TCP', port, nodePort }] of ports.entries()) {
    const numbers = { port, nodePort: nodePort || undefined }
    for (const [field, number] of Object.entries(numbers)) {
      if (number === undefined) continue
      const claim = `${field} ${number}/${protocol}`
      if (seen.has(claim)) {
        const message = `must be unique in the Service for its protocol (got ${number}/${protocol} again)`
        problems.report('KN032', service, ['spec', 'ports', index, field], message)
      }
      seen.add(claim)
    }
  }
}

/** Rules never depend on it, but an API server refuses a Service where it is wrong. */
function checkTargetPort(
  service: InputObject<Service>,
  { targetPort }: ServicePortSpec,
  path: FieldPath,
  problems: Diagnostics,
): void {
  // The API takes 0 and "" for absent: the port itself.
  if (targetPort === undefined || targetPort === 0 || targetPort === '') return
  const fits =
    typeof targetPort === 'number'
      ? targetPort >= 1 && targetPort <= 65535
      : PORT_NAME.fits(targetPort)
  if (fits) return
  const message = `must be an integer between 1 and 65535, or the name of a container port: ${PORT_NAME.expect} (got ${quote(targetPort)})`
  problems.report('KN033', service, [...path, 'targetPort'], message)
}

function checkNodePort(
  service: InputObject<Service>,
  { nodePort }: ServicePortSpec,
  path: FieldPath,
  { from, to }: NodePortRange,
  problems: Diagnostics,
): void {
  if (!nodePort) return
  const { type = 'ClusterIP' } = service.value.spec
  const at = [...path, 'nodePort']
  if (type === 'ClusterIP') {
    problems.report('KN034', service, at, `must be absent with type ClusterIP (got ${nodePort})`)
  } else if (type !== 'ExternalName' && (nodePort < from || nodePort > to)) {
    const message = `must be in the node port range ${from}-${to} (got ${nodePort})`
    problems.report('KN035', service, at, message)
  }
}

/** One number cannot be both, whatever the protocol: the API server gives them from one range. */
function checkHealthCheckNodePort(
  service: InputObject<Service>,
  ports: readonly ServicePortSpec[],
  problems: Diagnostics,
): void {
  const { healthCheckNodePort } = service.value.spec
  if (!healthCheckNodePort) return
  const index = ports.findIndex(({ nodePort }) => nodePort === healthCheckNodePort)
  if (index < 0) return
  const message = `must differ from the Service's node ports (${healthCheckNodePort} is that of spec.ports[${index}])`
  problems.report('KN045', service, ['spec', 'healthCheckNodePort'], message)
}
