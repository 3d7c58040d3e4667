import fc from 'fast-check'
import { dump } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../src/compile.js'
import type { Source } from '../src/diagnostics/diagnostic.js'
import type { RawOptions } from '../src/options/table.js'
import { formatDiagnostics } from '../src/report/diagnostics.js'
import { cluster, type KubeObject, nodes, service } from './arbitrary/cluster.js'

const laws = suite('laws')

const OPTIONS: RawOptions = {
  node: 'worker-1',
  'cluster-cidr': ['10.244.0.0/16', 'fd00:10:244::/56'],
  'service-cidr': ['10.96.0.0/16', 'fd00:10:96::/108'],
}
const EXTRA = 20

/** The modes that a law is tried in, with what they need beside `OPTIONS`. */
const MODES: readonly RawOptions[] = [
  {},
  { 'proxy-mode': 'iptables', 'ip-family': 'ipv4' },
  { 'proxy-mode': 'iptables', 'ip-family': 'ipv6', form: 'full' },
]

const asList = (items: readonly unknown[]): Source => ({
  name: 'list.json',
  text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
})

function rulesOf(sources: readonly Source[], options: RawOptions = {}): string {
  const { rules, diagnostics } = compile(sources, { ...OPTIONS, ...options })
  if (rules === undefined) assert.unreachable(formatDiagnostics(diagnostics, { color: false }))
  return rules ?? ''
}

/** The same objects in another order, cut into files of all the forms that kubectl knows. */
const rearranged = (objects: readonly KubeObject[]): fc.Arbitrary<readonly Source[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...objects], { minLength: objects.length }),
      fc.array(fc.constantFrom('json', 'list', 'yaml'), { minLength: 4, maxLength: 4 }),
      fc.infiniteStream(fc.nat(3)),
    )
    .map(([shuffled, forms, where]) => {
      const files: KubeObject[][] = [[], [], [], []]
      for (const object of shuffled) files[where.next().value as number]?.push(object)
      return files.map((items, i) => fileOf(items, forms[i] ?? 'json', i))
    })

function fileOf(items: readonly KubeObject[], form: string, i: number): Source {
  if (form === 'list') return { ...asList(items), name: `${i}.json` }
  if (form === 'json')
    return { name: `${i}.json`, text: items.map(item => JSON.stringify(item)).join('\n') }
  const plain = JSON.parse(JSON.stringify(items)) as unknown[]
  return { name: `${i}.yaml`, text: plain.map(item => dump(item)).join('---\n') }
}

laws('objects in any order, cut into any files, give the same bytes', () => {
  const arrangements = cluster().chain(objects =>
    fc.tuple(fc.constant(objects), rearranged(objects)),
  )
  fc.assert(
    fc.property(arrangements, ([objects, sources]) => {
      for (const mode of MODES) {
        assert.is(rulesOf(sources, mode), rulesOf([asList(objects)], mode))
      }
    }),
  )
})

laws('dual is the IPv4 table followed by the IPv6 table', () => {
  fc.assert(
    fc.property(cluster(), objects => {
      const sources = [asList(objects)]
      const [dual, ipv4, ipv6] = ['dual', 'ipv4', 'ipv6'].map(family =>
        rulesOf(sources, { 'ip-family': family }),
      )
      assert.is(dual, `${ipv4}\n${ipv6}`)
    }),
  )
})

laws('one more Service adds lines of its own and takes none away', () => {
  // Its number is in every address and name of it.
  const own = /svc-20|[.:]30\b|[.:]21\b|\b3020\d\b|\b820\d\b|[.:]20\d\b/
  const structure = /^\s*(?:elements = \{|\}|)$/
  fc.assert(
    fc.property(cluster(), service(EXTRA), (objects, extra) => {
      const before = rulesOf([asList(objects)], { comments: true }).split('\n')
      const after = rulesOf([asList([...objects, ...extra])], { comments: true }).split('\n')
      let next = 0
      const chainLines: string[] = []
      for (const line of after) {
        if (line === before[next]) next++
        else chainLines.push(line)
      }
      assert.is(next, before.length, `a line is gone: ${before[next]}`)
      const foreign = ownBlocks(chainLines).filter(line => !own.test(line) && !structure.test(line))
      assert.equal(foreign, [])
    }),
  )
})

/** The added lines without the insides of added chains and sets, whose names say whose they are. */
function ownBlocks(lines: readonly string[]): string[] {
  const kept: string[] = []
  let inside = false
  for (const line of lines) {
    if (/^\t(?:chain|set) \S*svc-20\S* \{$/.test(line)) inside = true
    if (!inside) kept.push(line)
    if (line === '\t}') inside = false
  }
  return kept
}

laws('one more Service adds to iptables chains of its own, and its rules to the fixed ones', () => {
  const named = /[ "][\w-]+\/svc-20[:" ]/
  const chain = /^:(KUBE-(?:SVC|SVL|EXT|FW|SEP)-\S+) /
  fc.assert(
    fc.property(cluster(), service(EXTRA), (objects, extra) => {
      for (const mode of MODES.slice(1)) {
        const options = { ...mode, comments: true }
        const before = rulesOf([asList(objects)], options).split('\n')
        const after = rulesOf([asList([...objects, ...extra])], options).split('\n')
        let next = 0
        const added = after.filter(line => {
          if (line !== before[next]) return true
          next++
          return false
        })
        assert.is(next, before.length, `a line is gone: ${before[next]}`)
        const own = new Set(added.flatMap(line => chain.exec(line)?.[1] ?? []))
        const foreign = added.filter(
          line => !(chain.test(line) || named.test(line) || own.has(line.split(' ')[1] ?? '')),
        )
        assert.equal(foreign, [])
      }
    }),
  )
})

const hostile = fc.oneof(
  fc.constantFrom(
    '"; flush ruleset; #',
    'x\nflush ruleset',
    'x" } flush ruleset {',
    'a*/ flush ruleset',
    '$(flush ruleset)',
    '{{flush ruleset}}',
    '\u0000flush ruleset',
    '\u2028flush ruleset',
    '__proto__',
    'x'.repeat(300),
  ),
  fc.string({ unit: 'grapheme', maxLength: 40 }).map(text => `${text} flush ruleset`),
)

laws('text in annotations, labels and unread fields never shows', () => {
  fc.assert(
    fc.property(cluster(3), hostile, hostile, (objects, key, text) => {
      const loud = objects.map(object => ({
        ...object,
        metadata: {
          labels: {},
          ...object.metadata,
          annotations: {
            ...(object.metadata as { annotations?: object }).annotations,
            [key]: text,
          },
          managedFields: [{ manager: text }],
        },
        [key]: { [text]: text },
      }))
      for (const mode of MODES) {
        const options = { ...mode, comments: true }
        assert.is(rulesOf([asList(loud)], options), rulesOf([asList(objects)], options))
      }
    }),
  )
})

laws('a hostile name, namespace, port name or address is an error, and never reaches rules', () => {
  type Service = { metadata: { name: string; namespace: string }; spec: Record<string, unknown> }
  const places: readonly ((service: Service, text: string) => void)[] = [
    (service, text) => Object.assign(service.metadata, { name: text }),
    (service, text) => Object.assign(service.metadata, { namespace: text }),
    (service, text) => Object.assign(service.spec, { clusterIP: text, clusterIPs: [text] }),
    (service, text) => Object.assign(service.spec, { externalIPs: [text] }),
    (service, text) => Object.assign(service.spec, { ports: [{ name: text, port: 80 }] }),
    (service, text) => Object.assign(service.spec, { ports: [{ port: 80, protocol: text }] }),
  ]
  fc.assert(
    fc.property(service(EXTRA), fc.constantFrom(...places), hostile, ([made], put, text) => {
      const changed = JSON.parse(JSON.stringify(made)) as Service
      put(changed, text)
      const sources = [asList([...nodes, changed])]
      for (const mode of MODES) {
        const options = { ...OPTIONS, ...mode }
        assert.is(compile(sources, options).rules, undefined)
        const rules = compile(sources, { ...options, 'skip-invalid': true }).rules ?? ''
        assert.not.match(rules, 'flush ruleset')
        assert.not.match(rules, 'svc-20')
      }
    }),
  )
})

laws('whatever stands in the fields, the compiler answers and does not throw', () => {
  const kinds = fc.constantFrom(
    ['v1', 'Service'],
    ['v1', 'Endpoints'],
    ['v1', 'Node'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['networking.k8s.io/v1', 'ServiceCIDR'],
  )
  const junk = fc
    .tuple(kinds, fc.json(), fc.json(), fc.json())
    .map(
      ([[apiVersion, kind], metadata, spec, endpoints]) =>
        `{"apiVersion":"${apiVersion}","kind":"${kind}","metadata":${metadata},"spec":${spec},"endpoints":${endpoints},"addressType":"IPv4","status":${spec},"subsets":${endpoints}}`,
    )
  fc.assert(
    fc.property(fc.array(junk), texts => {
      const sources = texts.map((text, i) => ({ name: `${i}.json`, text }))
      for (const mode of MODES) {
        const { diagnostics } = compile(sources, { ...OPTIONS, ...mode, 'skip-invalid': true })
        formatDiagnostics(diagnostics, { color: false })
      }
    }),
  )
})

laws.run()
