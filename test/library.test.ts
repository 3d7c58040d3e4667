import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { inspect } from 'node:util'
import { transformSync } from 'esbuild'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import * as kubenat from '../src/index.js'

const library = suite('library')

interface Example {
  readonly of: string
  readonly code: string
  readonly expected: string
}

/** The examples of doc comments, each with what it says that it prints. */
const EXAMPLES: readonly Example[] = ['library.ts', 'compile.ts'].flatMap(file => {
  const text = readFileSync(fileURLToPath(new URL(`../src/${file}`, import.meta.url)), 'utf8')
  return [...text.matchAll(/@example\n([\s\S]*?)\n \*\/\nexport (?:const|function) (\w+)/g)].map(
    ([, block = '', of = '']) => {
      const lines = block.split('\n').map(line => line.replace(/^ \* ?/, ''))
      return {
        of,
        code: lines.filter(line => !line.startsWith('// ')).join('\n'),
        expected: lines
          .filter(line => line.startsWith('// '))
          .map(line => line.slice(3))
          .join('\n'),
      }
    },
  )
})

library('every function has an example', () => {
  const functions = Object.entries(kubenat).filter(
    ([name, value]) => typeof value === 'function' && /^[a-z]/.test(name),
  )
  const shown = new Set(EXAMPLES.map(({ of }) => of))
  const without = functions.map(([name]) => name).filter(name => !shown.has(name))
  assert.equal(without, ['formatDiagnostics'])
})

for (const { of, code, expected } of EXAMPLES) {
  library(`the example of ${of} prints what it says`, () => {
    const printed: string[] = []
    const console = {
      log: (...values: unknown[]) =>
        printed.push(values.map(one => (typeof one === 'string' ? one : inspect(one))).join(' ')),
    }
    const script = transformSync(code, { loader: 'ts' }).code
    new Function(...Object.keys(kubenat), 'console', script)(...Object.values(kubenat), console)
    assert.is(printed.join('\n'), expected)
  })
}

library('what stops an answer is told beside it', () => {
  const broken = { name: 'broken.yaml', text: 'kind: Service\napiVersion: v1\nmetadata: {}\n' }
  const question = { from: '192.0.2.7', to: '10.96.0.1:80' }
  const options = { node: 'worker-1', 'node-addresses': '192.0.2.11' }
  const traced = kubenat.trace(question, { objects: [broken] }, options)
  assert.is(traced.report, undefined)
  assert.ok(traced.diagnostics.some(({ severity }) => severity === 'error'))
  const changed = kubenat.diff([broken], [broken], options)
  assert.is(changed.traffic, undefined)
  assert.is(changed.transaction, undefined)
})

library('a listing alone is traced, and what it asks that is not known is named', () => {
  const rule = (expr: readonly unknown[]) => ({
    rule: { family: 'ip', table: 't', chain: 'c', handle: 3, expr },
  })
  const listing = (expr: readonly unknown[]) => ({
    name: 'live.json',
    text: JSON.stringify({
      nftables: [
        { metainfo: { version: '1.0.6', json_schema_version: 1 } },
        { table: { family: 'ip', name: 't', handle: 1 } },
        {
          chain: {
            family: 'ip',
            table: 't',
            name: 'c',
            handle: 1,
            type: 'filter',
            hook: 'input',
            prio: 0,
            policy: 'accept',
          },
        },
        rule(expr),
      ],
    }),
  })
  const ask = (expr: readonly unknown[]) =>
    kubenat.trace(
      { from: '192.0.2.7', to: '192.0.2.11:80' },
      { live: listing(expr) },
      { 'node-addresses': '192.0.2.11' },
    )
  assert.is(ask([{ drop: null }]).report?.verdict, 'drop')
  const { report, unknown } = ask([{ hourglass: 3 }, { drop: null }])
  assert.is(report, undefined)
  assert.match(unknown.join(), 'hourglass')
})

library('without a node all nodes are compared, and there is no transaction', () => {
  const node = (name: string, ip: string) =>
    `kind: Node\napiVersion: v1\nmetadata: { name: ${name} }\nstatus: { addresses: [{ type: InternalIP, address: ${ip} }] }\n`
  const text = `${node('a', '192.0.2.1')}---\n${node('b', '192.0.2.2')}`
  const { traffic, transaction } = kubenat.diff(
    [{ name: 'old.yaml', text }],
    [{ name: 'new.yaml', text }],
    {},
  )
  assert.equal(traffic?.nodes.compared, ['a', 'b'])
  assert.is(traffic?.summary.differs, false)
  assert.is(transaction, undefined)
})

library.run()
