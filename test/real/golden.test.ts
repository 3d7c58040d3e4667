import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { loadAll } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { familyOf } from '../../src/address/address.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { GoldenCase } from '../../src/golden/case.js'
import { compile } from '../../src/index.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import { TABLE_FAMILY } from '../../src/rules/build.js'
import { goldenCases, OTHERWISE_FILE } from '../golden/cases.js'
import { canonicalListing } from '../kernel/canonical.js'
import type { Component } from './components.js'
import { type ControlPlane, isCreated, type KubeObject, openControlPlane } from './control-plane.js'
import { startKubeProxy } from './kube-proxy.js'

// Every golden case goes through a real API server, and kube-proxy programs what it is told: the tables
// in the kernel are those that the dump of the API server compiles to.

const golden = suite('golden cases beside kube-proxy')
/** kube-proxy programs a change within a second; the first sync takes longer on a busy machine. */
const PATIENCE_MS = 30_000
/** What differs by intention is seen to as soon as kube-proxy has programmed anything. */
const SHORT_PATIENCE_MS = 5_000

/** Options that do not go with nftables mode, or that the API server answers itself. */
const NOT_HERE = new Set([
  'service-cidr',
  'proxy-mode',
  'form',
  'iptables-localhost-nodeports',
  'conntrack-tcp-be-liberal',
])

let plane: ControlPlane
golden.before(async () => {
  plane = await openControlPlane()
})
golden.after(() => plane?.close())

/** What is refused makes no rules. */
const isCompiled = ({ expected }: GoldenCase): boolean =>
  Object.keys(expected).some(file => file !== 'expected.err')

for (const one of goldenCases().filter(isCompiled)) {
  const reasonFile = join(one.dir, OTHERWISE_FILE)
  const reason = existsSync(reasonFile) ? readFileSync(reasonFile, 'utf8').trim() : undefined
  const title = reason === undefined ? one.name : `${one.name}, otherwise: ${reason}`
  golden(title, async () => {
    const difference = await differenceOf(
      one,
      reason === undefined ? PATIENCE_MS : SHORT_PATIENCE_MS,
    ).catch(({ message }: Error) => message)
    await plane.clear()
    if (reason === undefined) assert.is(difference, undefined, difference)
    else
      assert.ok(difference !== undefined, `${OTHERWISE_FILE} says why it differs, but it does not`)
  })
}

/** How the kernel's tables differ from what the dump compiles to; `undefined` if they do not. */
async function differenceOf(one: GoldenCase, patience: number): Promise<string | undefined> {
  const objects = objectsOf(one)
  for (const object of [...standIns(one.options, objects), ...objects]) await plane.create(object)
  // The API server's own ServiceCIDR takes the place of the option.
  const given = Object.entries(one.options).filter(([name]) => !NOT_HERE.has(name))
  const compiled = { ...Object.fromEntries(given), layout: 'kube-proxy', comments: true }
  const expectedOf = async (): Promise<string> => {
    const sources = [{ name: 'dump.json', text: await plane.dump() }]
    const { rules, diagnostics } = compile(sources, compiled)
    if (rules === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
    return rules
  }
  const addresses = nodeAddresses(await plane.dump(), compiled)
  const proxy = startKubeProxy(plane, one.options, 'nftables', addresses)
  try {
    return await settled(proxy, expectedOf, compiled, patience)
  } finally {
    await proxy.stop()
    execFileSync('nft', ['flush', 'ruleset'])
  }
}

async function settled(
  proxy: Component,
  expectedOf: () => Promise<string>,
  options: RawOptions,
  patience: number,
): Promise<string | undefined> {
  const { families } = parseOptions(options)
  const tables = families.map(family => `${TABLE_FAMILY[family]} kube-proxy`)
  const end = Date.now() + patience
  for (;;) {
    const wanted = inOtherNamespace(await expectedOf())
    const found = canonicalListing(
      execFileSync('nft', ['-s', 'list', 'ruleset'], { encoding: 'utf8' }),
    )
    const difference = differing(only(found, tables), only(wanted, tables))
    if (difference === undefined) return undefined
    if (proxy.hasEnded()) throw new Error(`kube-proxy has ended: ${proxy.log().slice(-1500)}`)
    if (Date.now() > end) return difference
    await sleep(200)
  }
}

/** Rules as the kernel lists them when they are loaded. */
const inOtherNamespace = (rules: string): string =>
  canonicalListing(
    execFileSync('unshare', ['--net', 'sh', '-ec', 'nft -f - && nft -s list ruleset'], {
      input: rules,
      encoding: 'utf8',
    }),
  )

/** The tables of these names; a family that was not asked for may be there. */
const only = (listing: string, tables: readonly string[]): readonly string[] =>
  listing
    .split(/^(?=table )/m)
    .filter(table => tables.some(name => table.startsWith(`table ${name} `)))
    .flatMap(table => table.split('\n').filter(line => line !== ''))

/** Lines that one side alone has. */
function differing(found: readonly string[], wanted: readonly string[]): string | undefined {
  if (found.join('\n') === wanted.join('\n')) return undefined
  const missing = wanted.filter(line => !found.includes(line)).map(line => `- ${line}`)
  const more = found.filter(line => !wanted.includes(line)).map(line => `+ ${line}`)
  return [`kube-proxy's tables are not those compiled:`, ...missing, ...more]
    .slice(0, 40)
    .join('\n')
}

/** The objects of a case, Nodes and ServiceCIDRs first, in the shape of the API. */
function objectsOf({ sources }: GoldenCase): readonly KubeObject[] {
  const documents = sources.flatMap(({ text }) => loadAll(text) as (KubeObject | undefined)[])
  const objects = documents.flatMap((one): readonly KubeObject[] =>
    one === undefined || one === null
      ? []
      : one.kind.endsWith('List')
        ? (one.items as KubeObject[])
        : [one],
  )
  // The API server brings its own along; other kinds mean nothing to kube-proxy.
  const others = objects.filter(({ kind, metadata: { name, namespace = 'default' } }) => {
    const isOwn = namespace === 'default' && (name === 'kubernetes' || /^kubernetes-/.test(name))
    return isCreated(kind) && !isOwn
  })
  const rank = ({ kind }: KubeObject): number => ['Node', 'ServiceCIDR', 'Service'].indexOf(kind)
  return [...others].sort((a, b) => (rank(b) < 0 ? -1 : rank(a) < 0 ? 1 : rank(a) - rank(b)))
}

/** A Node object where the options of the case stand for one. */
function standIns(options: RawOptions, objects: readonly KubeObject[]): readonly KubeObject[] {
  const name = String(options.node)
  const more = options['node-addresses']
  const isThere = objects.some(({ kind, metadata }) => kind === 'Node' && metadata.name === name)
  if (more === undefined || isThere) return []
  const addresses = String(more)
    .split(',')
    .map(address => ({ type: 'InternalIP', address }))
  return [{ apiVersion: 'v1', kind: 'Node', metadata: { name }, status: { addresses } }]
}

function nodeAddresses(dump: string, options: RawOptions) {
  const problems = new Diagnostics()
  const parsed = parseOptions(options)
  const { cluster } = loadCluster([{ name: 'dump.json', text: dump }], parsed, undefined, problems)
  const node = findNode(cluster, parsed, problems)
  return [...(node?.addresses ?? [])].sort((a, b) => familyOf(a).localeCompare(familyOf(b)))
}

golden.run()
