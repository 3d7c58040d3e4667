import type { ServicePort } from '../../model/service-port.js'
import { endpointNames, servicePortNames } from '../../rules/names.js'
import type { Step } from '../packet.js'
import type { Destination } from './destination.js'

/**
 * The service port that a step was made for: its origin says so, or in rules that were only listed,
 * kube-proxy's name for the chain, or the key of the element.
 */
export function portFinder(
  destination: Destination | undefined,
): (step: Step) => ServicePort | undefined {
  if (destination === undefined) return ({ origin }) => origin.port
  const { planned, frontend } = destination
  const { port } = planned
  const { service, local, external, firewall } = servicePortNames(port)
  const chains = new Set([service, local, external, firewall])
  for (const endpoint of port.endpoints) chains.add(endpointNames(port, endpoint).chain)
  const ip = frontend.ip === undefined ? [] : [frontend.ip]
  const keys = [[port.protocol.toLowerCase()], []].map(
    protocol => `${[...ip, ...protocol, frontend.port].join(' ')} `,
  )
  return ({ origin, chain, element }) => {
    if (origin.port !== undefined) return origin.port
    if (origin.concern !== 'imported') return undefined
    // Behind the destination, keys of endpoint maps have a number.
    const own = element && `${element.join(' ')} `
    return chains.has(chain) || keys.some(key => own?.startsWith(key)) ? port : undefined
  }
}
