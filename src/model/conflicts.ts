import type { Ip } from '../address/address.js'
import type { Diagnostics, FieldPath } from '../diagnostics/diagnostic.js'
import { groupBy } from '../util/collections.js'
import { olderFirst } from './labels.js'
import { displayName, type ServicePort } from './service-port.js'

/** What happens to a destination that two Services claim: refuse, or give it to the older one. */
export type OnConflict = 'error' | 'first'

type ClaimKind = 'clusterIP' | 'externalIP' | 'loadBalancerIP' | 'nodePort'

/** One destination of a service port: a key that the maps of the rule set can hold only once. */
interface Claim {
  readonly kind: ClaimKind
  readonly port: ServicePort
  readonly ip: Ip | undefined
  readonly text: string
  readonly path: FieldPath
}

/**
 * Makes sure that every destination (address, protocol, port; protocol, node port) has one owner:
 * nftables refuses a whole transaction with two verdicts for one key. The older Service keeps it, by
 * creationTimestamp, then by namespace and name; the loser gets an error, or with `first` a warning
 * and goes without that destination.
 */
export function resolveConflicts(
  ports: readonly ServicePort[],
  onConflict: OnConflict,
  problems: Diagnostics,
): readonly ServicePort[] {
  const owners = new Map<string, Claim>()
  const lost = new Map<ServicePort, Claim[]>()
  const byAge = [...ports].sort((a, b) => olderFirst(a.service, b.service))
  for (const ofService of groupBy(byAge, ({ service }) => service).values()) {
    const own = new Map<string, Claim>()
    let losses = 0
    for (const claim of ofService.flatMap(claimsOf)) {
      const owner = owners.get(claim.text) ?? own.get(claim.text)
      if (!owner) own.set(claim.text, claim)
      if (!owner || isSameClaim(owner, claim)) continue
      losses++
      reportConflict(claim, owner, onConflict, problems)
      lost.set(claim.port, [...(lost.get(claim.port) ?? []), claim])
    }
    // A Service with an error is left out as a whole: it takes nothing from younger ones.
    if (losses > 0 && onConflict === 'error') continue
    for (const [text, claim] of own) owners.set(text, claim)
  }
  for (const port of ports) checkHealthPort(port, owners, problems)
  return lost.size === 0 ? ports : ports.map(port => without(port, lost.get(port) ?? []))
}

/**
 * The destinations over which the Service of some ports may meet others: those that it claims, and the
 * node port that its health checks must not be. Services that share none do not matter to each other.
 */
export const contestedBy = (ports: readonly ServicePort[]): ReadonlySet<string> =>
  new Set(
    ports.flatMap(port =>
      [...claimsOf(port).map(({ text }) => text), healthPortOf(port) ?? []].flat(),
    ),
  )

function claimsOf(port: ServicePort): Claim[] {
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort, protocol, index } = port
  const at = (kind: ClaimKind, ip: Ip, path: FieldPath): Claim => {
    const host = ip.includes(':') ? `[${ip}]` : ip
    return { kind, port, ip, path, text: `${host}:${port.port}/${protocol}` }
  }
  const claims = [
    ...(clusterIP === undefined ? [] : [at('clusterIP', clusterIP, ['spec', 'clusterIP'])]),
    ...externalIPs.map(ip => at('externalIP', ip, ['spec', 'externalIPs'])),
    ...loadBalancerIPs.map(ip => at('loadBalancerIP', ip, ['status', 'loadBalancer', 'ingress'])),
  ]
  if (nodePort !== undefined) {
    const path = ['spec', 'ports', index, 'nodePort']
    const text = `node port ${nodePort}/${protocol}`
    claims.push({ kind: 'nodePort', port, ip: undefined, path, text })
  }
  return claims
}

/**
 * Whether two claims are one and the same: a node port seen in both families, or an address that is
 * an external IP and a load balancer IP of one port, which lead to the same chain.
 */
const isSameClaim = (a: Claim, b: Claim): boolean =>
  a.port.service === b.port.service &&
  a.port.index === b.port.index &&
  (a.kind === 'clusterIP') === (b.kind === 'clusterIP')

function reportConflict(
  claim: Claim,
  owner: Claim,
  onConflict: OnConflict,
  problems: Diagnostics,
): void {
  const { service } = claim.port
  const by = `${displayName(owner.port)} (${owner.port.service.place.source.name})`
  if (onConflict === 'error') {
    problems.report(
      'KN100',
      service,
      claim.path,
      `${claim.text} of port ${displayName(claim.port)} is claimed by ${by} too`,
    )
  } else {
    problems.report(
      'KN101',
      service,
      claim.path,
      `${claim.text} goes to ${by}; ${displayName(claim.port)} goes without it`,
    )
  }
}

/** The claim of a node port that would be the one of the health checks, if there are any. */
function healthPortOf({ service }: ServicePort): string | undefined {
  const { healthCheckNodePort } = service.value.spec
  return healthCheckNodePort ? `node port ${healthCheckNodePort}/TCP` : undefined
}

/** kube-proxy listens on healthCheckNodePort itself, which a node port would take away from it. */
function checkHealthPort(
  port: ServicePort,
  owners: ReadonlyMap<string, Claim>,
  problems: Diagnostics,
): void {
  const { healthCheckNodePort } = port.service.value.spec
  const owner = owners.get(healthPortOf(port) ?? '')
  if (!owner) return
  problems.report(
    'KN045',
    port.service,
    ['spec', 'healthCheckNodePort'],
    `${healthCheckNodePort} is a node port of ${displayName(owner.port)}`,
  )
}

function without(port: ServicePort, lost: readonly Claim[]): ServicePort {
  const keeps = (kind: ClaimKind) => (ip: Ip) =>
    !lost.some(claim => claim.kind === kind && claim.ip === ip)
  const { clusterIP, externalIPs, loadBalancerIPs, nodePort } = port
  return {
    ...port,
    clusterIP: clusterIP !== undefined && keeps('clusterIP')(clusterIP) ? clusterIP : undefined,
    externalIPs: externalIPs.filter(keeps('externalIP')),
    loadBalancerIPs: loadBalancerIPs.filter(keeps('loadBalancerIP')),
    nodePort: lost.some(claim => claim.kind === 'nodePort') ? undefined : nodePort,
  }
}
