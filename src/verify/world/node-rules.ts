import { FAMILIES, type Family } from '../../address/address.js'
import type { Namespace } from '../lab/netns.js'
import { CommandError, run, setSysctls } from '../lab/run.js'
import { restoreCommand, type Tools } from '../lab/tools.js'
import { type Ruleset, RulesetError } from '../world.js'

type Kind = Ruleset['kind']
type IptablesRuleset = Extract<Ruleset, { kind: 'iptables' }>

/** The rules of a node, which may change their language. */
export interface NodeRules {
  /** Puts rules in the place of all there are; what their tool refuses leaves some of them, or none. */
  readonly replace: (ruleset: Ruleset) => Promise<RulesetError | undefined>
  /** The language of the rules that are there; nft where there are none. */
  readonly kind: () => Kind
}

/** The rules of a node that has none yet. */
export function openRules(node: Namespace, { nft, restore }: Tools): NodeRules {
  let current: Kind = 'nft'
  const restoreIn = (family: Family, text: string): Promise<unknown> =>
    run(node, restore[family] ?? [restoreCommand(family)], text)

  /** Legacy iptables has its rules beside those of nft, and beside each other. */
  const clear = async (): Promise<void> => {
    await run(node, [...nft, 'flush ruleset'])
    if (current !== 'iptables') return
    for (const family of FAMILIES) {
      const tables = await run(node, ['sh', '-c', `cat ${LEGACY_TABLES[family]} 2>/dev/null || :`])
      if (tables !== '') await restoreIn(family, emptyTables(tables.trim().split('\n')))
    }
  }

  const loadIptables = async ({ texts, localhost }: IptablesRuleset): Promise<void> => {
    await setSysctls(node, [`net/ipv4/conf/all/route_localnet=${localhost ? 1 : 0}`])
    for (const family of FAMILIES) {
      const text = texts[family]
      if (text !== undefined) await said(restoreCommand(family), restoreIn(family, text))
    }
  }

  return {
    kind: () => current,
    replace: async ruleset => {
      await clear()
      current = ruleset.kind
      const loading =
        ruleset.kind === 'iptables'
          ? loadIptables(ruleset)
          : said('nft', run(node, [...nft, '-f', '-'], ruleset.text))
      return loading.then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof RulesetError) return error
          throw error
        },
      )
    },
  }
}

/** Where the kernel lists the tables of legacy iptables, a line each, of the asking namespace. */
const LEGACY_TABLES: Readonly<Record<Family, string>> = {
  IPv4: '/proc/net/ip_tables_names',
  IPv6: '/proc/net/ip6_tables_names',
}

const ALL_CHAINS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
}

/** Without its chains a legacy table would keep their policies. */
const emptyTables = (names: readonly string[]): string =>
  names
    .flatMap(name => [
      `*${name}`,
      ...(CHAINS[name] ?? ALL_CHAINS).map(chain => `:${chain} ACCEPT`),
      'COMMIT\n',
    ])
    .join('\n')

/** @throws RulesetError with what the tool said, where it refused */
async function said(tool: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof CommandError ? new RulesetError(tool, error.stderr) : error
  }
}
