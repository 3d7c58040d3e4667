import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import { compileNode, findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { chainsOfSave } from '../../src/listing/iptables-save.js'
import { parseOptions } from '../../src/options/table.js'
import { inFreshTables, iptablesVersions } from './iptables.js'
import { readSave } from './iptables-canonical.js'
import { shopObjects } from './shop.js'

// --previous never gives a file that the kernel refuses: whatever kube-proxy from 1.18 to 1.37 has left
// in nat, and whatever rules of others lead to it.

const previous = suite('removal of what an earlier kube-proxy left')

const RUNS = 15
const FAMILIES: readonly Family[] = ['IPv4', 'IPv6']

/**
 * The chains of a service port by the versions of kube-proxy that had them, and where their rules lead:
 * up to 1.23 KUBE-XLB for the Local policy and KUBE-MARK-DROP of kubelet for source ranges; then
 * KUBE-EXT and KUBE-SVL, until 1.25 with KUBE-MARK-DROP still.
 */
const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  '1.18 to 1.23': {
    FW: ['XLB', 'SVC', 'MARK-DROP', 'MARK-MASQ'],
    SEP: ['MARK-MASQ'],
    SVC: ['SEP', 'MARK-MASQ'],
    XLB: ['SVC', 'SEP', 'MARK-DROP', 'MARK-MASQ'],
  },
  '1.24 and 1.25': {
    EXT: ['SVL', 'SVC', 'MARK-MASQ'],
    FW: ['EXT', 'MARK-DROP'],
    SEP: ['MARK-MASQ'],
    SVC: ['SEP', 'MARK-MASQ'],
    SVL: ['SEP'],
  },
  '1.26 to 1.37': {
    EXT: ['SVL', 'SVC', 'MARK-MASQ'],
    FW: ['EXT'],
    SEP: ['MARK-MASQ'],
    SVC: ['SEP', 'MARK-MASQ'],
    SVL: ['SEP'],
  },
}

const hash = fc.string({
  minLength: 16,
  maxLength: 16,
  unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'),
})
const chainName = (kind: string, of: string): string =>
  kind.startsWith('MARK') ? `KUBE-${kind}` : `KUBE-${kind}-${of}`

const left = fc.record({ of: hash, shape: fc.constantFrom(...Object.keys(SHAPES)) })
/** Rules of others, each to the chain of a number. */
const foreign = fc.record({
  from: fc.constantFrom('MINE', 'KUBE-HOSTPORTS', 'OUTPUT', 'cali-nat_1'),
  to: fc.nat(1000),
  option: fc.constantFrom('-j', '-g'),
})

/** A file for iptables-restore that brings such a table about. */
function saveOf(
  services: readonly { readonly of: string; readonly shape: string }[],
  others: readonly { readonly from: string; readonly to: number; readonly option: string }[],
): string {
  const own = services.flatMap(({ of, shape }) =>
    Object.keys(SHAPES[shape] ?? {}).map(kind => chainName(kind, of)),
  )
  const rules = services.flatMap(({ of, shape }) => [
    ...Object.entries(SHAPES[shape] ?? {}).flatMap(([kind, targets]) =>
      targets.map(target => `-A ${chainName(kind, of)} -j ${chainName(target, of)}`),
    ),
    `-A KUBE-SERVICES -p tcp -m comment --comment "x -j KUBE-SVC-${of} y" -j ${chainName('FW', of)}`,
    `-A KUBE-NODEPORTS -p tcp -j ${chainName('SVC', of)}`,
  ])
  const names = ['KUBE-SERVICES', 'KUBE-NODEPORTS', 'KUBE-MARK-MASQ', 'KUBE-MARK-DROP']
  const theirs = others.map(({ from, to, option }) => {
    const target = own[to % own.length]
    // iptables has no goto for built-in chains.
    return `-A ${from} ${from === 'OUTPUT' ? '-j' : option} ${target}`
  })
  return [
    '*nat',
    ...[...names, 'MINE', 'KUBE-HOSTPORTS', 'cali-nat_1', ...own].map(name => `:${name} - [0:0]`),
    ...rules,
    ...(own.length > 0 ? theirs : []),
    'COMMIT\n',
  ].join('\n')
}

function compileShop(family: Family, save: string): string {
  const options = parseOptions({
    node: 'worker-1',
    'cluster-cidr': ['10.244.0.0/16', 'fd00:10:244::/56'],
    'proxy-mode': 'iptables',
    'ip-family': family.toLowerCase(),
  })
  const problems = new Diagnostics()
  const sources = [{ name: 'shop.json', text: shopObjects() }]
  const { cluster } = loadCluster(sources, options, undefined, problems)
  const node = findNode(cluster, options, problems)
  const chains = chainsOfSave(save, 'nat')
  if (node === undefined || 'line' in chains) throw new Error(`no node, or no save: ${save}`)
  return compileNode(cluster, node, { ...options, previousChains: chains }, problems).text
}

/** Loads a text that is part of the script. */
const restore = (text: string): string =>
  `cat << 'FILE' | "$ipt-restore" -w 5 --noflush\n${text}FILE\n`

const objectChains = (text: string): string[] =>
  [...text.matchAll(/^:(KUBE-(?:SVC|SVL|EXT|FW|SEP|XLB)-\S+)/gm)].map(([, name = '']) => name)

for (const iptables of iptablesVersions()) {
  for (const family of FAMILIES) {
    previous(`${iptables.name}, ${family}: the file loads, and what nobody refers to is gone`, () =>
      fc.assert(
        fc.asyncProperty(
          fc.uniqueArray(left, { minLength: 1, maxLength: 4, selector: ({ of }) => of }),
          fc.array(foreign, { maxLength: 4 }),
          async (services, others) => {
            const old = saveOf(services, others)
            const save = await inFreshTables(iptables, family, 'load --noflush; save', old)
            const file = compileShop(family, save)
            const script = `load --noflush\n${restore(file)}save\n`
            const after = await inFreshTables(iptables, family, script, old)
            const holding = readSave(after)
            const theirs = (of: typeof holding) =>
              [...of].filter(([name]) => /MINE|HOSTPORTS|cali|OUTPUT/.test(name))
            assert.equal(theirs(holding), theirs(readSave(save)))
            const referred = new Set(
              [
                ...after.matchAll(/^-A (?:MINE|KUBE-HOSTPORTS|OUTPUT|cali-nat_1) .*-[jg] (\S+)$/gm),
              ].map(([, to]) => to),
            )
            const kept = new Set(objectChains(compileShop(family, '*nat\nCOMMIT\n')))
            for (const name of objectChains(after))
              assert.ok(kept.has(name) || referred.has(name), `${name} is left`)
            // Its own file as the next previous one keeps what it could not remove, and loads.
            const next = compileShop(family, file)
            await inFreshTables(iptables, family, `${script}${restore(next)}`, old)
          },
        ),
        { numRuns: RUNS, includeErrorInReport: true },
      ),
    )
  }
}

previous.run()
