import type { Ip } from '../../../src/address/address.js'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import { importRules } from '../../../src/listing/iptables-rules.js'
import { traceLive } from '../../../src/trace/live.js'
import type { Check } from '../../../src/verify/check.js'
import { type Summary, summaryOf } from '../../trace/summary.js'
import { expectedSummary } from '../../verify/generated.js'

/**
 * Where the trace through a listing of `nft -j` tells otherwise than what is promised, a message each.
 * Real packets kept those promises, so it tells otherwise than they do.
 */
export function tracedOtherwise(
  listing: string,
  checks: readonly Check[],
  addresses: readonly Ip[],
): readonly string[] {
  const name = 'listing'
  const problems = new Diagnostics()
  const rules = { name, ...importRules({ name, text: listing }, 'ip', problems) }
  return checks.flatMap(({ client, destination: to, expected }) => {
    const { ip: saddr, inputInterface } = client
    const packet = { saddr, inputInterface, daddr: to.ip, protocol: to.protocol, dport: to.port }
    const { branches, unknown } = traceLive(rules, packet, { addresses })
    const found = unknown.length > 0 ? unknown.join('; ') : wordsOf(summaryOf(branches))
    const promised = wordsOf(expectedSummary(expected))
    if (found === promised) return []
    return `${client.name} -> ${to.ip} ${to.port}/${to.protocol}: traced ${found}, promised ${promised}`
  })
}

const wordsOf = (summary: Summary): string =>
  Object.entries(summary)
    .map(([end, share]) => `${share} ${end}`)
    .sort()
    .join(', ')
