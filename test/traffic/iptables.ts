import type { Ip } from '../../src/address/address.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { renderRules } from '../../src/layouts/registry.js'
import { importIptablesSave } from '../../src/listing/iptables-rules.js'
import { parseOptions } from '../../src/options/table.js'
import { TABLE_FAMILY } from '../../src/rules/build.js'
import type { IptablesRules } from '../../src/rules/iptables.js'
import { traceLive } from '../../src/trace/live.js'
import type { Branch, Packet } from '../../src/traffic/packet.js'

/** Walks packets through rules of iptables as they are when the whole file has been loaded. */
export function iptablesWalk(
  rules: IptablesRules,
  addresses: readonly Ip[],
): (packet: Packet) => readonly Branch[] {
  const settings = { ...parseOptions({ 'proxy-mode': 'iptables', form: 'full' }), comments: true }
  const text = renderRules({ kind: 'iptables', rules: [rules] }, settings, 'node')
  const problems = new Diagnostics()
  const source = { name: 'rules.save', text }
  const live = importIptablesSave(source, TABLE_FAMILY[rules.family], problems)
  if (problems.errorCount > 0) throw new Error(JSON.stringify(problems.all()))
  return packet => {
    const { branches, alternatives, unknown } = traceLive({ ...live, name: 'save' }, packet, {
      addresses,
    })
    if (alternatives.length > 0 || unknown.length > 0)
      throw new Error(`open: ${JSON.stringify([...alternatives.map(one => one.when), unknown])}`)
    return branches
  }
}
