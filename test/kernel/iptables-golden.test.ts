import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Family } from '../../src/address/address.js'
import { RESTORE_FILES } from '../../src/golden/case.js'
import { goldenCases } from '../golden/cases.js'
import { type Iptables, inFreshTables, iptablesVersions, SEPARATOR } from './iptables.js'
import { kubeChains, readRestore, readSave } from './iptables-canonical.js'

// Every expected file for iptables through the real iptables-restore, of each implementation that
// works here.

const AT_ONCE = 6

// Loads the file twice beside rules of somebody else's, and saves after each.
const LOAD_TWICE = `
  foreign='-A INPUT -p tcp --dport 22 -j ACCEPT'
  printf '*filter\n:OTHERS -\n%s\n-A OTHERS -j RETURN\nCOMMIT\n*nat\n-A PREROUTING -j ACCEPT\nCOMMIT\n' "$foreign" |
    "$ipt-restore" -w 5
  load --noflush --test
  load --noflush; save
  printf '${SEPARATOR}'
  load --noflush; save`
const LOAD_WHOLE = `load --test; load; save; printf '${SEPARATOR}'; load; save`

const goldenLoad = suite('golden rules load with iptables')
const working = iptablesVersions()
const files = new Map(
  goldenCases().flatMap(({ name, expected }) =>
    RESTORE_FILES.flatMap(file => {
      const { [file]: rules } = expected
      return rules?.startsWith('*') ? [[`${name}/${file}`, rules] as const] : []
    }),
  ),
)
let loading: Promise<ReadonlyMap<string, unknown>> | undefined

for (const name of files.keys()) {
  goldenLoad(name, async () => {
    loading ??= loadAll()
    const problem = (await loading).get(name)
    if (problem) throw problem
  })
}

goldenLoad.run()

/** What went wrong with each file. Several at a time: a load mostly waits for the kernel. */
async function loadAll(): Promise<ReadonlyMap<string, unknown>> {
  const problems = new Map<string, unknown>()
  const queue = files.entries()
  const work = async (): Promise<void> => {
    for (const [file, rules] of queue) {
      const family = file.endsWith('ip6tables') ? 'IPv6' : 'IPv4'
      const checks = working.map(iptables => checkLoad(iptables, family, rules))
      await Promise.all(checks).catch(problem => problems.set(file, problem))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return problems
}

async function checkLoad(iptables: Iptables, family: Family, rules: string): Promise<void> {
  const isWhole = rules.includes('\n:INPUT ACCEPT')
  const saves = await inFreshTables(iptables, family, isWhole ? LOAD_WHOLE : LOAD_TWICE, rules)
  const [first, second] = saves.split(SEPARATOR).map(readSave)
  assert.equal(second, first, `${iptables.name}: loaded twice is not loaded once`)
  if (first === undefined) throw new Error('nothing was saved')
  assert.equal(kubeChains(first), kubeChains(readRestore(rules, family)), iptables.name)
  const others = ['filter INPUT', 'filter OTHERS', 'nat PREROUTING'].map(name => first.get(name))
  if (isWhole) assert.equal(others[0], readRestore(rules, family).get('filter INPUT'))
  else assert.equal(others, [['-p tcp -m tcp --dport 22 -j ACCEPT'], ['-j RETURN'], ['-j ACCEPT']])
}
