import type { ServicePort } from '../../model/service-port.js'
import type { Expectation } from '../expectation.js'
import { toBackends } from './backends.js'
import { clusterChoice, isAlive, localChoice, noneAlive } from './endpoints.js'
import { standingOf } from './standing.js'
import { isOwn, type Owner, type Sender, type View } from './view.js'

/** Where a service port with endpoints sends a packet by the policy of its destination. */
export const byPolicy = (view: View, sender: Sender, { port, policy }: Owner): Expectation =>
  policy === 'internal' ? internal(view, sender, port) : external(view, sender, port)

function internal(view: View, sender: Sender, port: ServicePort): Expectation {
  const { node, settings } = view
  const isLocal = port.internalPolicy === 'Local'
  const choice = isLocal ? localChoice(port, node) : clusterChoice(port, node)
  if (choice.endpoints.length === 0) return noneHere(view, 'internalTrafficPolicy')
  const { isPod, because } = standingOf(view, sender)
  return toBackends(view, sender, {
    port,
    choice,
    policy: `internalTrafficPolicy ${port.internalPolicy}`,
    isMasqueraded: settings.masqueradeAll || isPod === false,
    sourceBecause: settings.masqueradeAll ? 'masquerade-all' : because,
  })
}

/** Pods first: what counts as a pod keeps its source, even if the address is one of the node's. */
function external(view: View, sender: Sender, port: ServicePort): Expectation {
  const { isPod, because } = standingOf(view, sender)
  const isOwnTraffic = isOwn(view, sender.ip)
  const isLocal = port.externalPolicy === 'Local'
  const mayGoAnywhere = !isLocal || isPod === true || isOwnTraffic
  const choice = mayGoAnywhere ? clusterChoice(port, view.node) : localChoice(port, view.node)
  if (choice.endpoints.length === 0) return noneHere(view, 'externalTrafficPolicy')
  const policy = `externalTrafficPolicy ${port.externalPolicy}`
  const route = { port, choice, policy }
  if (!isLocal) {
    const sourceBecause = 'always, under this policy'
    return toBackends(view, sender, { ...route, isMasqueraded: true, sourceBecause })
  }
  if (isPod === true)
    return toBackends(view, sender, { ...route, isMasqueraded: false, sourceBecause: because })
  const sourceBecause = isOwnTraffic ? `${sender.ip} is an address of the node` : because
  return toBackends(view, sender, { ...route, isMasqueraded: isOwnTraffic, sourceBecause })
}

const noneHere = ({ node }: View, policy: string): Expectation => ({
  verdict: 'dropped',
  because: `${policy} Local and no local endpoint on ${node.name}`,
})

/**
 * What becomes of packets that a service port sends nowhere: refused without endpoints, dropped where
 * its Local policy finds none on the node, for others may; `undefined` if neither is so.
 */
export function refusalOf(view: View, { port, policy }: Owner): Expectation | undefined {
  if (!isAlive(port)) return { verdict: 'refused', because: noneAlive(port) }
  const isLocal = (policy === 'internal' ? port.internalPolicy : port.externalPolicy) === 'Local'
  if (!isLocal || localChoice(port, view.node).endpoints.length > 0) return undefined
  return noneHere(view, `${policy}TrafficPolicy`)
}
