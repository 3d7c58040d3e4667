import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import { compileNode, findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { chainsOfSave } from '../../src/listing/iptables-save.js'
import type { FormName } from '../../src/options/modes.js'
import { parseOptions } from '../../src/options/table.js'
import { type Iptables, inFreshTables, iptablesVersions, SEPARATOR } from './iptables.js'
import { type Holding, kubeChains, readRestore, readSave } from './iptables-canonical.js'
import { shopObjects } from './shop.js'

// The three forms that rules for iptables come in, on tables that others use too.

const forms = suite('forms of rules for iptables')
const working = iptablesVersions()

const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/** The shop's rules in a form; without the Services that are left out. */
function compileShop(
  family: Family,
  form: FormName,
  { without = /^$/, previous = '' }: { without?: RegExp; previous?: string } = {},
): string {
  const { items } = JSON.parse(shopObjects()) as { items: { metadata: { name: string } }[] }
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'List',
    items: items.filter(({ metadata }) => !without.test(metadata.name)),
  })
  const options = parseOptions({
    node: 'worker-1',
    'cluster-cidr': ['10.244.0.0/16', 'fd00:10:244::/56'],
    'proxy-mode': 'iptables',
    'ip-family': family.toLowerCase(),
    form,
  })
  const problems = new Diagnostics()
  const { cluster } = loadCluster([{ name: 'shop.json', text }], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  const chains = chainsOfSave(previous, 'nat')
  if (node === undefined || 'line' in chains) throw new Error('no node, or no save')
  return compileNode(cluster, node, { ...options, previousChains: chains }, problems).text
}

/** Runs a script in fresh tables and reads what it saved, one after another. */
async function savesOf(
  iptables: Iptables,
  family: Family,
  script: string,
  rules = '',
): Promise<readonly Holding[]> {
  const text = await inFreshTables(iptables, family, script, rules)
  return text.split(SEPARATOR).map(readSave)
}

const MARK = `printf '${SEPARATOR}'`
const FOREIGN = ['-s 192.0.2.1/32 -j ACCEPT', '-s 192.0.2.2/32 -j ACCEPT']
const FOREIGN_IPV6 = ['-s 2001:db8::1/128 -j ACCEPT', '-s 2001:db8::2/128 -j ACCEPT']
const foreignOf = (family: Family): readonly string[] =>
  family === 'IPv4' ? FOREIGN : FOREIGN_IPV6
const JUMPS = 'printf %s "$rules" | IPTABLES=$ipt sh; save'

/** The built-in chains with our jumps in them, as they shall be. */
const jumpsOf = (family: Family): readonly (readonly [string, readonly string[]])[] =>
  [...readRestore(compileShop(family, 'full'), family)].filter(
    ([name, rules]) => !name.includes(' KUBE-') && rules.length > 0,
  )

const hooks = (holding: Holding | undefined) =>
  [...(holding ?? [])].filter(([name, rules]) => !name.includes(' KUBE-') && rules.length > 0)

for (const iptables of working) {
  for (const family of FAMILIES) {
    const what = (words: string): string => `${iptables.name}, ${family}: ${words}`

    forms(what('the jumps are put in order, once, and again change nothing'), async () => {
      const saves = await savesOf(
        iptables,
        family,
        `${JUMPS}; ${MARK}; ${JUMPS}`,
        compileShop(family, 'jumps'),
      )
      assert.is(saves.length, 2)
      for (const save of saves) assert.equal(sorted(hooks(save)), sorted(jumpsOf(family)))
    })

    forms(what('jumps that are gone, doubled or in disorder are mended'), async () => {
      const [one, two] = foreignOf(family)
      const breaks = [
        // One is gone.
        '"$ipt" -w 5 -D INPUT 2',
        // One is there twice, one at the wrong end.
        '"$ipt" -w 5 -A OUTPUT -j KUBE-FIREWALL',
        '"$ipt" -w 5 -D FORWARD 1; "$ipt" -w 5 -A FORWARD -m conntrack --ctstate NEW -m comment --comment "kubernetes load balancer firewall" -j KUBE-PROXY-FIREWALL',
        // Somebody has emptied a chain.
        '"$ipt" -w 5 -t nat -F PREROUTING',
        // Rules of others stand between and behind, and lead to our chains on conditions of their own.
        `"$ipt" -w 5 -I INPUT 2 ${one}; "$ipt" -w 5 -A OUTPUT ${two}`,
        `"$ipt" -w 5 -A FORWARD ${one?.replace('ACCEPT', 'KUBE-FORWARD')}`,
      ]
      const [save] = await savesOf(
        iptables,
        family,
        `{ ${JUMPS}; } > /dev/null; ${breaks.join('; ')}; ${JUMPS}`,
        compileShop(family, 'jumps'),
      )
      const theirs = new Set([one, two, one?.replace('ACCEPT', 'KUBE-FORWARD')])
      const mine = hooks(save).map(
        ([name, rules]) => [name, rules.filter(rule => !theirs.has(rule))] as const,
      )
      assert.equal(sorted(mine), sorted(jumpsOf(family)))
      assert.is(
        hooks(save).flatMap(([, rules]) => rules.filter(rule => theirs.has(rule))).length,
        3,
      )
    })

    forms(what('jumps in place stay where they are, with rules of others above them'), async () => {
      const [one] = foreignOf(family)
      const script = `{ ${JUMPS}; } > /dev/null; "$ipt" -w 5 -I INPUT 1 ${one}; save; ${MARK}; ${JUMPS}`
      const [before, after] = await savesOf(iptables, family, script, compileShop(family, 'jumps'))
      assert.equal(after, before)
      assert.is(after?.get('filter INPUT')?.[0], one)
    })

    forms(what('body and jumps together hold what full holds'), async () => {
      const full = await savesOf(iptables, family, 'load; save', compileShop(family, 'full'))
      const both = await savesOf(
        iptables,
        family,
        `load --noflush; cat << 'SCRIPT' | IPTABLES=$ipt sh\n${compileShop(family, 'jumps')}SCRIPT\nsave`,
        compileShop(family, 'body'),
      )
      const asMap = ([holding]: readonly Holding[]) => sorted([...(holding ?? [])])
      assert.equal(asMap(both), asMap(full))
      assert.equal(sorted(hooks(full[0])), sorted(jumpsOf(family)))
    })

    forms(what('full erases what others have in its tables'), async () => {
      const [one] = foreignOf(family)
      const [save] = await savesOf(
        iptables,
        family,
        `"$ipt" -w 5 -A INPUT ${one}; load; save`,
        compileShop(family, 'full'),
      )
      assert.not.ok(save?.get('filter INPUT')?.includes(one ?? ''))
    })

    forms(what('a body with a previous one removes the chains that are gone'), async () => {
      const gone = /^(web|local|sticky)(-|$)/
      const before = compileShop(family, 'body')
      const without = compileShop(family, 'body', { without: gone })
      const script = `load --noflush; save; ${MARK}; cat << 'FILE' | "$ipt-restore" -w 5 --noflush; save\n`
      const [first] = await savesOf(iptables, family, 'load --noflush; save', before)
      for (const previous of [before, await saved(iptables, family, before)]) {
        const after = compileShop(family, 'body', { without: gone, previous })
        assert.match(after, /^-X KUBE-SVC-/m)
        // What is removed is not there the next time.
        assert.is(compileShop(family, 'body', { without: gone, previous: after }), without)
        const [, second] = await savesOf(iptables, family, `${script}${after}FILE\n`, before)
        assert.equal(kubeChains(second ?? new Map()), kubeChains(readRestore(without, family)))
      }
      assert.ok(
        kubeChains(first ?? new Map()).length > kubeChains(readRestore(without, family)).length,
      )
    })
  }
}

const sorted = <T>(entries: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1))

const saved = (iptables: Iptables, family: Family, rules: string): Promise<string> =>
  inFreshTables(iptables, family, 'load --noflush; save', rules)

forms.run()
