import type { LocalDetector } from '../../plan/local-traffic.js'
import { inSet, rule, setMark } from '../../rules/build.js'
import type { Match } from '../../rules/match.js'
import type { Fragment, Rule } from '../../rules/table.js'
import { type Context, firstByKey, l4, originOf } from './context.js'

const origin = originOf('masquerade')
const HAIRPIN = 'hairpin-connections'

/**
 * The postrouting end of masquerade: flows marked on the way, and flows of an endpoint to itself,
 * which would otherwise answer itself without passing through conntrack. The mark is cleared first:
 * an encapsulating device would carry it on to the outer packet (kubernetes#92035).
 */
export function masquerade({ ports, mark }: Context): Fragment {
  const elements = ports.flatMap(named =>
    named.hairpin.map(({ ip, port }) => ({
      key: [ip, ip, l4(named.port.protocol), String(port)],
      origin: originOf('masquerade', named),
    })),
  )
  const rules = [
    rule(
      [{ kind: 'mark-set', mark }],
      [{ kind: 'mark-xor', mark }, { kind: 'masquerade' }],
      origin,
    ),
    rule(
      [{ kind: 'ct-status-dnat' }, inSet(['saddr', 'daddr', 'l4proto', 'dport'], HAIRPIN)],
      { kind: 'masquerade' },
      origin,
    ),
  ]
  return {
    sets: [
      {
        name: HAIRPIN,
        key: ['address', 'address', 'protocol', 'port'],
        comment: 'service hairpin connections',
        // Two Services may share an endpoint.
        elements: firstByKey(elements),
        origin,
      },
    ],
    chains: [{ name: 'masquerading', rules, origin }],
  }
}

/** The rule at the top of `services` that marks ClusterIP traffic, where any is to be masqueraded. */
export function clusterIPMasquerade({ plan, mark }: Context): Rule[] {
  const toClusterIP = inSet(['daddr'], 'cluster-ips')
  if (plan.masqueradeAll)
    return [rule([toClusterIP], setMark(mark), origin, 'masquerade all clusterIP traffic')]
  if (plan.detector === undefined) return []
  const outside = localTraffic(plan.detector, true)
  const comment = 'masquerade clusterIP traffic from outside cluster'
  return [rule([toClusterIP, outside], setMark(mark), origin, comment)]
}

/** The detector's test for pod traffic, or for the opposite. */
export const localTraffic = (detector: LocalDetector, negate: boolean): Match =>
  detector.kind === 'cidr'
    ? { kind: 'address', side: 'saddr', negate, cidr: detector.cidr }
    : { kind: 'interface', name: detector.name, prefix: detector.prefix, negate }
