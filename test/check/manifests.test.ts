import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { check } from '../../src/check/check.js'
import { NO_SETTINGS } from '../../src/check/findings.js'
import { checkText } from '../../src/check/report.js'
import { Diagnostics, type Source } from '../../src/diagnostics/diagnostic.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import { repository, SHAPES } from './manifests.js'

// A folder of plain manifests, which no API server has seen: what check says of it is what a reader of a
// change has to go through.

const manifests = suite('check of plain manifests')

function textOf(sources: readonly Source[], options: RawOptions = {}): string {
  const problems = new Diagnostics()
  return checkText(check(sources, parseOptions(options), NO_SETTINGS.rules, problems), false)
}

const found = (text: string): readonly string[] =>
  text.split('\n').filter(line => /(?:error|warning|note)\[KN\d+\]/.test(line))

manifests('240 files of usual shapes bring no more than a note on a default', () => {
  const text = textOf(repository(240))
  const affinity = Object.keys(SHAPES).indexOf('session affinity')
  const expected = Array.from({ length: 240 }, (_, n) => n).filter(
    n => n % Object.keys(SHAPES).length === affinity,
  ).length
  assert.equal(
    found(text).filter(line => !line.includes('note[KN232]')),
    [],
  )
  assert.is(found(text).length, expected)
  assert.match(text, new RegExp(`\\n${expected} notes in 240 Services, 14 Endpoints\\n$`))
})

for (const [what, shape] of Object.entries(SHAPES)) {
  manifests(`a Service alone reads well: ${what}`, () => {
    const lines = found(textOf([{ name: 'a.yaml', text: shape('cart', 'shop', 1) }]))
    assert.equal(lines, what === 'session affinity' ? lines : [])
  })
}

manifests('faults stand out among them, each told once', () => {
  const faults = [
    'apiVersion: v1\nkind: Service\nmetadata: { name: bad-port, namespace: shop }\nspec: { selector: { app: a }, ports: [{ port: 80000 }] }\n',
    'apiVersion: v1\nkind: Service\nmetadata: { name: twice, namespace: shop }\nspec: { selector: { app: a }, type: NodePort, ports: [{ port: 80, nodePort: 30009 }] }\n',
    'apiVersion: v1\nkind: Service\nmetadata: { name: loose, namespace: shop }\nspec: { type: ExternalName, externalName: db.example.com, externalIPs: [203.0.113.9] }\n',
  ].map((text, i) => ({ name: `faults/${i}.yaml`, text }))
  const other = {
    name: 'faults/9.yaml',
    text: 'apiVersion: v1\nkind: Service\nmetadata: { name: first, namespace: shop }\nspec: { selector: { app: a }, type: NodePort, ports: [{ port: 80, nodePort: 30009 }] }\n',
  }
  const lines = found(textOf([...repository(200), ...faults, other])).filter(
    line => !line.includes('KN232'),
  )
  assert.is(lines.length, 3, lines.join('\n'))
  assert.match(lines[0] ?? '', /^faults\/0\.yaml:4:\d+: error\[KN012\]: shop\/bad-port/)
  assert.match(lines[1] ?? '', /^faults\/1\.yaml:4:\d+: error\[KN100\]: shop\/twice/)
  assert.match(lines[2] ?? '', /^faults\/2\.yaml:4:\d+: warning\[KN208\]: shop\/loose/)
})

manifests('other files of a repository are told of in one line', () => {
  const beside = [
    ['.github/workflows/ci.yaml', 'on: push\njobs: {}\n'],
    ['charts/web/values.yaml', 'replicaCount: 1\n'],
    ['charts/web/Chart.yaml', 'apiVersion: v2\nname: web\nversion: 0.1.0\n'],
    ['mkdocs.yml', 'site_name: x\n'],
    ['package.json', '{"name": "x"}'],
    ['tsconfig.json', '{"compilerOptions": {}}'],
  ].map(([name = '', text = '']) => ({ name, text }))
  const lines = found(textOf([...repository(20), ...beside])).filter(
    line => !line.includes('KN232'),
  )
  assert.is(lines.length, 1, lines.join('\n'))
  assert.match(
    lines[0] ?? '',
    /^warning\[KN014\]: 6 documents have neither apiVersion nor kind: passed over \(/,
  )
})

manifests.run()
