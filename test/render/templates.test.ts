import Handlebars from 'handlebars'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { templateSources } from '../../src/build/templates.js'

const templates = suite('templates')

/** Every path that a view model of the template has; `*` stands for the items of a list. */
const VIEWS: Record<string, readonly string[]> = {
  'nft/table': ['family', 'name', 'comment', 'node', 'objects', 'this'],
  'nft/set': ['name', 'type', 'flags', 'timeout', 'comment', 'elements', 'this'],
  'nft/map': ['name', 'type', 'comment', 'counters', 'elements', 'this'],
  'nft/endpoint-map': ['name', 'key', 'value', 'comment', 'elements', 'this'],
  'nft/chain': [
    'name',
    'source',
    'comment',
    'base',
    'base.type',
    'base.hook',
    'base.priority',
    'base.policy',
    'rules',
    'this',
  ],
  'report/failure': [
    'mark',
    'title',
    'flow',
    'object',
    'packet',
    'expected',
    'because',
    'promised',
    'problem',
    'observed',
    'shares',
    'paths',
    'heading',
    'steps',
    'remark',
    'this',
  ],
  'report/text': ['failures', 'notes', 'summary', 'this'],
  'report/junit': [
    'tests',
    'failures',
    'seconds',
    'suites',
    'name',
    'skipped',
    'cases',
    'suite',
    'failure',
    'failure.message',
    'failure.text',
    'skip',
  ],
  'report/tap': [
    'count',
    'tests',
    'result',
    'number',
    'description',
    'skip',
    'diagnosis',
    'notes',
    'this',
  ],
  'nft/transaction': [
    '../table',
    'commands',
    'verb',
    'object',
    'name',
    'properties',
    'rule',
    'element',
    'elements',
    'this',
  ],
}

/** Words of policy, which no template may know. */
const POLICY = /\b(cluster|local|affinity|hairpin|nodeport|masquerad\w*|externalip)\b/i

function pathsOf(source: string): string[] {
  const paths: string[] = []
  class Paths extends Handlebars.Visitor {
    override PathExpression(path: hbs.AST.PathExpression): void {
      if (!['if', 'each'].includes(path.original)) paths.push(path.original)
    }
  }
  new Paths().accept(Handlebars.parse(source))
  return paths
}

templates('every template has a view model here, and none is missing', () => {
  assert.equal([...templateSources().keys()].sort(), Object.keys(VIEWS).sort())
})

for (const [name, source] of templateSources()) {
  templates(`${name} asks only for what its view model has`, () => {
    const known = VIEWS[name] ?? []
    assert.equal(
      pathsOf(source).filter(path => !known.includes(path)),
      [],
    )
  })

  templates(`${name} knows no policy`, () => {
    assert.not.match(source.replace(/^#.*$/m, ''), POLICY)
  })
}

templates.run()
