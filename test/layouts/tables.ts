import type { Family } from '../../src/address/address.js'
import { lowerKubeProxy } from '../../src/layouts/kube-proxy/index.js'
import { type Plan, planNode } from '../../src/plan/plan.js'
import { checkTable } from '../../src/rules/check.js'
import type { Table } from '../../src/rules/table.js'
import { ruleText, verdictText } from '../../src/text/nft.js'
import {
  cluster,
  endpoint,
  HERE,
  node,
  type PortFields,
  type SettingsFields,
  servicePort,
  settings,
  THERE,
} from '../build.js'

/** The end of the names of the chains of the usual port. */
export const WEB = 'default/web/tcp/'
/** An endpoint on the node that is planned for, and one on another. */
export const LOCAL = endpoint('10.244.1.1', { nodeName: HERE })
export const REMOTE = endpoint('10.244.2.1', { nodeName: THERE })
/** Every external kind of destination. */
export const PUBLIC: PortFields = {
  nodePort: 30080,
  externalIPs: ['198.51.100.1'],
  loadBalancerIPs: ['203.0.113.1'],
}

/** How an external Local policy begins where traffic of pods is known. */
export const SHORT_CIRCUITS = [
  `ip saddr 10.244.0.0/16 goto service-${WEB} comment "short-circuit pod traffic"`,
  'fib saddr type local mark set mark or 0x004000 comment "masquerade local traffic"',
  `fib saddr type local goto service-${WEB} comment "short-circuit local traffic"`,
]

/** A table in words: rules by chain, elements by set and map. Hashes in names are left out. */
export interface Words {
  readonly table: Table
  /** The rules of a chain; `undefined` if there is none of that name. */
  readonly rules: (chain: string) => readonly string[] | undefined
  /** The elements of a set or map as `key` or `key : verdict`; `undefined` if there is none. */
  readonly elements: (name: string) => readonly string[] | undefined
}

/** `service-ULMVA6XW-ns/svc` without its hash. */
const plain = (text: string): string => text.replace(/(?<=\w-)[A-Z2-7]{8}-/g, '')

export function wordsOf(table: Table): Words {
  checkTable(table)
  const chains = new Map(table.chains.map(chain => [plain(chain.name), chain]))
  const sets = new Map(
    table.sets.map(({ name, elements }) => [
      plain(name),
      elements.map(({ key }) => key.join(' . ')),
    ]),
  )
  const maps = new Map(
    table.maps.map(({ name, elements }) => [
      name,
      elements.map(({ key, verdict }) => `${key.join(' . ')} : ${plain(verdictText(verdict))}`),
    ]),
  )
  return {
    table,
    rules: name => chains.get(name)?.rules.map(rule => plain(ruleText(table.family, rule))),
    elements: name => sets.get(name) ?? maps.get(name),
  }
}

/** kube-proxy's layout as it is without options of its own. */
export const lowerPlan = (plan: Plan): Table =>
  lowerKubeProxy(plan, { counters: false, comments: false })

interface Input {
  readonly serviceCIDRs?: readonly string[]
  readonly settings?: SettingsFields
  readonly at?: ReturnType<typeof node>
  readonly family?: Family
}

/** The table of kube-proxy's layout for some service ports. */
export function lower(
  ports: readonly PortFields[],
  { serviceCIDRs = [], settings: given = {}, at = node(), family = 'IPv4' }: Input = {},
): Words {
  const planned = planNode(
    cluster(ports.map(servicePort), serviceCIDRs),
    at,
    family,
    settings(given),
  )
  return wordsOf(lowerPlan(planned))
}
