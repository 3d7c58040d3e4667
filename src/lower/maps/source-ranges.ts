import { withoutContained } from '../../address/ranges.js'
import { DESTINATION, DROP, goto, notInSet, rule, vmap } from '../../ir/build.js'
import type { Fragment } from '../../ir/table.js'
import { type Context, type NamedPort, originOf } from '../kube-proxy/context.js'
import { DESTINATION_TYPES } from '../kube-proxy/keys.js'
import { guardedAddresses } from '../kube-proxy/source-ranges.js'

const RANGES_ORIGIN = originOf('source-ranges')
const CHAIN = 'firewall'
const SOURCES = 'firewall-sources'

/**
 * `loadBalancerSourceRanges` in one set of intervals: destination and source together. A destination
 * that everybody may use is not guarded at all.
 */
export function sourceRanges({ ports }: Context): Fragment {
  const guarded = ports.filter(
    ({ allowedSources = [] }) => allowedSources.length > 0 && !isOpen(allowedSources),
  )
  const addresses = guarded.flatMap(named =>
    guardedAddresses(named).map(element => ({ named, element })),
  )
  const outside = notInSet([...DESTINATION, 'saddr'], SOURCES)
  return {
    sets: [
      {
        name: SOURCES,
        key: [...DESTINATION_TYPES, 'address'],
        comment: 'sources that LoadBalancerSourceRanges allow',
        interval: true,
        elements: addresses.flatMap(({ named, element }) =>
          sourcesOf(named).map(cidr => ({
            key: [...element.key, cidr],
            origin: originOf('source-ranges', named),
          })),
        ),
        origin: RANGES_ORIGIN,
      },
    ],
    maps: [
      {
        name: 'firewall-ips',
        key: DESTINATION_TYPES,
        comment: 'destinations that are subject to LoadBalancerSourceRanges',
        elements: addresses.map(({ element }) => ({ ...element, verdict: goto(CHAIN) })),
        origin: RANGES_ORIGIN,
      },
    ],
    chains: [
      {
        name: 'firewall-check',
        rules: [rule([], vmap(DESTINATION, 'firewall-ips'), RANGES_ORIGIN)],
        origin: RANGES_ORIGIN,
      },
      { name: CHAIN, rules: [rule([outside], DROP, RANGES_ORIGIN)], origin: RANGES_ORIGIN },
    ],
  }
}

const isOpen = (sources: readonly string[]): boolean => sources.some(cidr => cidr.endsWith('/0'))

/** The kernel refuses intervals that overlap; CIDRs are nested or apart, so the outer ones do. */
const sourcesOf = ({ allowedSources = [] }: NamedPort): readonly string[] =>
  withoutContained(allowedSources)
