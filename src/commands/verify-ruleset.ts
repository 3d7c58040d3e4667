import type { Family } from '../address/address.js'
import { compileNode } from '../compile.js'
import type { Diagnostics, Source } from '../diagnostics/diagnostic.js'
import { FORMS } from '../layouts/registry.js'
import type { Cluster } from '../model/cluster.js'
import type { Node } from '../model/node.js'
import { UsageError } from '../options/read.js'
import type { Options } from '../options/table.js'
import { servesLocalhost } from '../plan/node-ports.js'
import { quote } from '../util/text.js'
import type { Ruleset } from '../verify/run/run.js'

/**
 * The rules to be verified: those of a file, which in iptables mode are of the one family asked for,
 * else those that are compiled.
 *
 * @throws UsageError if a file for iptables holds rules that no packet reaches
 */
export function rulesetOf(
  given: Source | undefined,
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): Ruleset {
  if (options.proxyMode === 'nftables') {
    const { text } = given ?? compileNode(cluster, node, options, problems)
    return { kind: 'nft', text }
  }
  const texts = given ? givenTexts(given, options) : compiledTexts(cluster, node, options, problems)
  const localhost = options.families.some(family => servesLocalhost(options.plan, node, family))
  return { kind: 'iptables', texts: Object.fromEntries(texts), localhost }
}

type FamilyText = readonly [family: Family, text: string]

function givenTexts({ name, text }: Source, { families }: Options): readonly FamilyText[] {
  if (!RULE.test(text) || BUILTIN_RULE.test(text)) return families.map(family => [family, text])
  throw new UsageError(
    `--ruleset ${quote(name)} has no jumps from built-in chains, so that no packet reaches its rules: give what iptables-save prints, or the rules of --form full`,
  )
}

const RULE = /^(?:\[\d+:\d+\] )?-[AI] /m
const BUILTIN_RULE = /^(?:\[\d+:\d+\] )?-[AI] (?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)\b/m

/** With their jumps, whatever the form asked for: there is nobody else's rule in a new namespace. */
function compiledTexts(
  cluster: Cluster,
  node: Node,
  options: Options,
  problems: Diagnostics,
): readonly FamilyText[] {
  const { iptables } = compileNode(cluster, node, { ...options, form: 'full' }, problems)
  return iptables.map(rules => [rules.family, FORMS.full.render(rules)])
}
