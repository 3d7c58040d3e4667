import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Cidr, familyOf } from '../../src/address/address.js'
import { coverOf, stretchOf } from '../../src/address/ranges.js'
import { type CompileResult, compile } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { GoldenCase } from '../../src/golden/case.js'
import { importTables } from '../../src/listing/ruleset.js'
import type { RawOptions } from '../../src/options/table.js'
import { checkTable } from '../../src/rules/check.js'
import type { Match } from '../../src/rules/match.js'
import type { Table } from '../../src/rules/table.js'
import { ruleText } from '../../src/text/nft.js'
import { renderNftTable } from '../../src/text/nft-table.js'
import { compareText } from '../../src/util/collections.js'
import { goldenCases } from '../golden/cases.js'
import { inFreshNamespace, type NftBinary, nftVersions } from './nft.js'
import { vocabularyTable } from './vocabulary.js'

// What is loaded into the kernel comes back from `nft -j` as the tables that it was made from.

const imports = suite('imported rules')

const LAYOUTS = ['kube-proxy', 'maps'] as const
const SEPARATOR = '\f'
const AT_ONCE = 6
const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const folder = mkdtempSync(join(tmpdir(), 'kubenat-import-'))
imports.after(() => rmSync(folder, { recursive: true, force: true }))

/** What nft lists of each of some rule files. Several namespaces share the work: loading is waiting. */
async function listEach(nft: NftBinary, files: readonly string[]): Promise<readonly string[]> {
  const listings: string[] = []
  const share = async (first: number): Promise<void> => {
    const places = files.map((_, place) => place).filter(place => place % AT_ONCE === first)
    const some = await listInTurn(
      nft,
      places.map(place => files[place] ?? ''),
    )
    for (const [index, place] of places.entries()) listings[place] = some[index] ?? ''
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, files.length) }, (_, i) => share(i)))
  return listings
}

async function listInTurn(nft: NftBinary, files: readonly string[]): Promise<readonly string[]> {
  const dir = mkdtempSync(join(folder, 'rules-'))
  const paths = files.map((text, index) => {
    const path = join(dir, `${index}.nft`)
    writeFileSync(path, text)
    return path
  })
  const script = `while read -r file; do
    "$@" flush ruleset; "$@" -f "$file"; "$@" -j list ruleset; printf '${SEPARATOR}'
  done`
  const listings = await inFreshNamespace(nft, script, `${paths.join('\n')}\n`)
  return listings.split(SEPARATOR)
}

function imported(nft: NftBinary, listing: string): readonly Table[] {
  const problems = new Diagnostics()
  const tables = importTables({ name: nft.version, text: listing }, problems)
  assert.equal(problems.all(), [])
  return tables
}

/** Releases that list the comments of tables and chains. */
const listsComments = ({ version }: NftBinary): boolean => version !== '1.0.6'

/**
 * A table without what a listing cannot tell: origins, the order of elements, who stands in dynamic
 * sets, into how many CIDRs an anonymous set was cut, and with 1.0.6 comments of tables and chains.
 */
function comparable(table: Table, nft: NftBinary): Readonly<Record<string, unknown>> {
  const byKey = (a: { key: readonly string[] }, b: { key: readonly string[] }): number =>
    compareText(a.key.join(' '), b.key.join(' '))
  const set = <T extends { readonly elements: readonly { key: readonly string[] }[] }>(one: T) => ({
    ...one,
    elements: 'timeout' in one ? [] : one.elements.map(hostsOnly).sort(byKey),
  })
  const commented = <T extends { readonly comment?: string }>({ comment, ...rest }: T) =>
    comment === undefined || !listsComments(nft) ? rest : { ...rest, comment }
  const plain = {
    ...commented(table),
    sets: table.sets.map(set),
    maps: table.maps.map(set),
    endpointMaps: table.endpointMaps.map(set),
    chains: table.chains.map(chain => ({
      ...commented(chain),
      rules: chain.rules.map(rule => ({ ...rule, matches: rule.matches.map(covered) })),
    })),
  }
  return JSON.parse(JSON.stringify(plain, (key, value) => (key === 'origin' ? undefined : value)))
}

/** Compares tables part by part, so that a failure shows little more than what differs. */
function assertSame(
  nft: NftBinary,
  back: readonly Table[],
  made: readonly Table[],
  name: string,
): void {
  assert.is(back.length, made.length, name)
  for (const [index, table] of made.entries()) {
    const expected = comparable(table, nft)
    const actual = comparable(back[index] as Table, nft)
    assert.equal(Object.keys(actual).sort(), Object.keys(expected).sort(), name)
    for (const [part, value] of Object.entries(expected)) {
      const found = actual[part]
      if (!Array.isArray(value) || !Array.isArray(found)) assert.equal(found, value, name)
      else {
        assert.equal(found.map(nameOf), value.map(nameOf), `${name}: ${part}`)
        for (const [place, one] of value.entries())
          assert.equal(found[place], one, `${name}: ${part} ${nameOf(one)}`)
      }
    }
  }
}

const nameOf = ({ name }: { readonly name: string }): string => name

/** nft reads a CIDR of one address as that address. */
const hostsOnly = <T extends { readonly key: readonly string[] }>(element: T): T => ({
  ...element,
  key: element.key.map(part => part.replace(/^([\d.]+)\/32$|^(.*:.*)\/128$/, '$1$2')),
})

function covered(match: Match): Match {
  if (match.kind !== 'address' && match.kind !== 'address-in') return match
  const { side, negate } = match
  const cidrs = (match.kind === 'address' ? [match.cidr] : match.cidrs) as readonly Cidr[]
  const [first] = cidrs
  const cover = coverOf(familyOf(first as Cidr), cidrs.map(stretchOf))
  return { kind: 'address-in', side, negate, cidrs: cover }
}

const cases = goldenCases().filter(({ expected }) => expected['expected.nft'] !== undefined)
const compiled = (golden: GoldenCase, options: RawOptions): CompileResult =>
  compile(golden.sources, { ...golden.options, ...options })

for (const nft of nftVersions()) {
  for (const layout of LAYOUTS) {
    imports(`golden cases in the layout ${layout}, nft ${nft.version}`, async () => {
      assert.ok(cases.length >= 48)
      const results = cases.map(golden =>
        compiled(golden, { layout, comments: true, counters: true }),
      )
      const listings = await listEach(
        nft,
        results.map(({ rules = '' }) => rules),
      )
      assert.is(listings.length, cases.length)
      for (const [index, { tables }] of results.entries()) {
        const back = imported(nft, listings[index] ?? '')
        assertSame(nft, back, tables, cases[index]?.name ?? '')
        for (const table of back) checkTable(table)
      }
    })
  }

  imports(`all matches and statements there are, nft ${nft.version}`, async () => {
    const tables = (['ip', 'ip6'] as const).map(vocabularyTable)
    const text = tables.map(table => renderNftTable(table, { node: 'n', comments: false }))
    const [listing = ''] = await listEach(nft, [text.join('\n')])
    assertSame(nft, imported(nft, listing), tables, 'vocabulary')
  })

  for (const release of ['1.35', '1.36']) {
    imports(`the rules of kube-proxy ${release}, nft ${nft.version}`, async () => {
      const text = readFileSync(pathTo(`kube-proxy/${release}.nft`), 'utf8')
      const [listing = ''] = await listEach(nft, [text])
      const [table, ...others] = imported(nft, listing)
      assert.ok(table)
      assert.is(others.length, 0)
      checkTable(table)
      assert.is(table.foreign, undefined)
      assert.not.match(JSON.stringify(table), '"foreign"')
      const words = table.chains.flatMap(({ name, rules }) =>
        rules.map(rule => `${name} ${ruleText(table.family, rule)}`),
      )
      assert.equal(byChain(words), byChain(rulesIn(text)))
      const elements = [...table.sets, ...table.maps].flatMap(set => set.elements)
      assert.is(elements.length, text.match(/^add element/gm)?.length)
    })
  }
}

/** The rules of a file with one command a line, in our words. */
const rulesIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .flatMap(line => /^add rule ip kube-proxy (.*)$/.exec(line)?.[1] ?? [])
    .map(words => words.replaceAll(' , ', ', ').replace(/(?<=addr (?:!= )?)\{ (\S+) \}/, '$1'))

/** Rules in the order of their chains' names, those of a chain in their own. */
const byChain = (rules: readonly string[]): readonly string[] => {
  const chainOf = (rule: string): string => rule.slice(0, rule.indexOf(' '))
  return [...rules].sort((a, b) => compareText(chainOf(a), chainOf(b)))
}

imports.run()
