import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import type { RawOptions } from '../../src/options/table.js'
import { cluster, type KubeObject, nodes } from '../arbitrary/cluster.js'
import { options } from '../arbitrary/options.js'
import { complete, excerpt } from './excerpt.js'

const excerpts = suite('excerpts of rule files')

const BASE = { node: 'worker-1', 'cluster-cidr': ['10.244.0.0/16', 'fd00:10:244::/56'] }
const MODES: readonly RawOptions[] = [
  {},
  { layout: 'maps' },
  { comments: true },
  { 'proxy-mode': 'iptables', 'ip-family': 'ipv4' },
  { 'proxy-mode': 'iptables', 'ip-family': 'ipv6' },
]

const rulesOf = (objects: readonly KubeObject[], given: RawOptions): string | undefined => {
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  return compile([{ name: 'list.json', text }], given).rules
}

for (const mode of MODES) {
  excerpts(`make the whole again with the base: ${JSON.stringify(mode)}`, () => {
    const base = rulesOf(nodes, { ...BASE, ...mode, comments: false }) ?? ''
    const drawn = fc.tuple(cluster(), fc.oneof(fc.constant(BASE), options))
    fc.assert(
      fc.property(drawn, ([services, given]) => {
        const whole = rulesOf([...nodes, ...services], { ...given, ...mode })
        fc.pre(whole !== undefined)
        assert.is(complete(excerpt(whole, base), base), whole)
      }),
    )
  })

  excerpts(`show nothing where nothing was added: ${JSON.stringify(mode)}`, () => {
    const base = rulesOf(nodes, { ...BASE, ...mode }) ?? ''
    const words = excerpt(base, base)
      .split('\n')
      .filter(line => /^\t|^[:-]/.test(line))
    assert.equal(words, [])
  })
}

excerpts('a base that is not that of the case is told', () => {
  const base = `table ip t {\n\tchain a {\n\t\taccept\n\t}\n}\n`
  const foreign = `table ip t {\n\n\tchain a {\n\t\taccept\n\n\t\tdrop\n\t}\n}\n`
  assert.throws(() => excerpt(foreign, base), /do not make the whole/)
})

excerpts.run()
