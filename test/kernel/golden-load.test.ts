import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { goldenCases } from '../golden/cases.js'
import { inFreshNamespace, type NftBinary, nftVersions } from './nft.js'

// Every expected rule set through the real nft, each version of it that is here.

const SEPARATOR = '\f'
const AT_ONCE = 6

// Loads the file twice, beside a table of somebody else's, and lists after each.
const LOAD_TWICE = `
  rules=$(cat; echo .)
  load() { printf %s "\${rules%.}" | "$@" -f -; }
  echo 'table inet other { chain c { tcp dport 22 accept; }; }' | "$@" -f -
  load "$@"; "$@" list ruleset
  printf '${SEPARATOR}'
  load "$@"; "$@" list ruleset
  printf '${SEPARATOR}'
  "$@" -j list ruleset`
const LOAD_ONCE = '"$@" -f -; "$@" list ruleset'

const goldenLoad = suite('golden rules load')
const files = new Map(
  goldenCases().flatMap(({ name, expected }) =>
    Object.entries(expected)
      .filter(([file]) => file.endsWith('.nft'))
      .map(([file, rules = '']) => [`${name}/${file}`, rules] as const),
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

/** What went wrong with each case. Several at a time: a load mostly waits for the kernel. */
async function loadAll(): Promise<ReadonlyMap<string, unknown>> {
  const binaries = nftVersions()
  const problems = new Map<string, unknown>()
  const queue = files.entries()
  const work = async (): Promise<void> => {
    for (const [name, rules] of queue) {
      const checks = binaries.map(nft => checkLoad(nft, rules))
      await Promise.all(checks).catch(problem => problems.set(name, problem))
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return problems
}

async function checkLoad(nft: NftBinary, rules: string): Promise<void> {
  const listings = await inFreshNamespace(nft, LOAD_TWICE, rules)
  const [first = '', second, json = ''] = listings.split(SEPARATOR)
  assert.is(second, first, `nft ${nft.version}: loaded twice is not loaded once`)
  assert.match(first, 'table inet other', `nft ${nft.version}: a table of somebody else's is gone`)
  assert.ok(JSON.parse(json), `nft ${nft.version}: the JSON listing is none`)
  const again = await inFreshNamespace(nft, LOAD_ONCE, first)
  assert.is(again, first, `nft ${nft.version}: its own listing loads as something else`)
}
