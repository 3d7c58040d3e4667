import { readFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { findNode, loadCluster } from '../src/compile.js'
import { Diagnostics } from '../src/diagnostics/diagnostic.js'
import { parseOptions } from '../src/options/table.js'
import { viewOf } from '../src/traffic/promise/view.js'
import { addFlows } from '../src/verify/flow-checks.js'
import { isFlowCheck, parseFlows } from '../src/verify/flows.js'
import { sceneOf } from '../src/verify/what/trials.js'

const readme = suite('README')

const fileOf = (path: string): string =>
  readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')
const blocks = (language: string, page = 'README.md'): string[] =>
  [...fileOf(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].flatMap(([, name, text = '']) =>
    name === language ? [text] : [],
  )

readme('the worked example is the golden case it names', () => {
  const objects = fileOf('golden/node-port/objects.yaml')
  const [yaml = ''] = blocks('yaml').filter(text => text.includes('kind: Service'))
  for (const document of yaml.split('---\n')) assert.ok(objects.includes(document), document)
})

readme('the flows shown are sound, and agree with the bundled example', () => {
  const problems = new Diagnostics()
  const options = parseOptions({
    node: 'worker-1',
    'cluster-cidr': '10.244.0.0/16,fd00:10:244::/56',
  })
  const objects = { name: 'objects.yaml', text: fileOf('golden/example-shop/objects.yaml') }
  const { cluster } = loadCluster([objects], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  const [text = ''] = blocks('yaml', 'src/commands/verify.md').filter(block =>
    block.startsWith('flows:'),
  )
  const flows = parseFlows({ name: 'README.md', text }, problems)
  assert.is(flows.length, 3)
  assert.ok(node)
  const view = viewOf(cluster, node, options)
  const trials = sceneOf(cluster, node, options, { maxDestinations: 500 })
  const asked = addFlows(view, trials, flows, problems).checks.filter(isFlowCheck)
  assert.equal(problems.all(), [])
  assert.ok(asked.length >= 3)
  for (const { flow, expected, derived } of asked) assert.is(expected, derived, flow.name)
})

readme('npm start compiles the example with its own options', () => {
  const { scripts } = JSON.parse(fileOf('package.json')) as { scripts: Record<string, string> }
  const [, node, cidrs] = /--node (\S+) --cluster-cidr (\S+)$/.exec(scripts.start ?? '') ?? []
  assert.is(node, 'worker-1')
  assert.is(parseOptions({ 'cluster-cidr': cidrs ?? '' }).plan.localTraffic.clusterCIDRs.length, 2)
})

readme.run()
