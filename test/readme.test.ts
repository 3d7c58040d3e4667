import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { parseOptions } from '../src/options.js'

const readme = suite('README')

const fileOf = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const README = fileOf('README.md')
const blocks = (language: string): string[] =>
  [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  )

readme('the worked example is the golden case it names', () => {
  const objects = fileOf('golden/node-port/objects.yaml')
  const [yaml = ''] = blocks('yaml').filter(text => text.includes('kind: Service'))
  for (const document of yaml.split('---\n')) assert.ok(objects.includes(document), document)
})

readme('every object of the rules shown stands in the expected rules', () => {
  const expected = fileOf('golden/node-port/expected.nft')
  const shown = blocks('nft').flatMap(text => text.trimEnd().split('\n\n'))
  assert.ok(shown.length >= 5)
  for (const object of shown) assert.ok(expected.includes(object), object)
})

readme('npm start compiles the example with its own options', () => {
  const { scripts } = JSON.parse(fileOf('package.json')) as { scripts: Record<string, string> }
  const [, node, cidrs] = /--node (\S+) --cluster-cidr (\S+)$/.exec(scripts.start ?? '') ?? []
  assert.is(node, 'worker-1')
  assert.is(parseOptions({ 'cluster-cidr': cidrs ?? '' }).plan.localTraffic.clusterCIDRs.length, 2)
})

readme.run()
