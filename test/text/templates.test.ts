import Handlebars from 'handlebars'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { templateSources } from '../../src/build/templates.js'

const templates = suite('templates')

/** Every path that a view model of the template has; `*` stands for the items of a list. */
const VIEWS: Record<string, readonly string[]> = {
  'nft/table': ['family', 'name', 'comment', 'node', 'objects', 'this'],
  'nft/set': ['name', 'type', 'flags', 'autoMerge', 'timeout', 'comment', 'elements', 'this'],
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
  'report/migrate': [
    'findings',
    'heading',
    'details',
    'reason',
    'remedy',
    'touches',
    'notes',
    'summary',
    'this',
  ],
  'iptables/restore': ['tables', 'name', 'notes', 'chains', 'policy', 'rules', 'this'],
  'iptables/jumps': [
    'node',
    'command',
    'legacy',
    'chains',
    'table',
    'name',
    'builtins',
    'rules',
    'lastFirst',
    '../table',
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
  'report/check-text': ['findings', 'summary', 'this'],
  'report/check-github': ['findings', 'level', 'properties', 'message', 'summary'],
  'report/check-junit': [
    'tests',
    'failures',
    'suites',
    'name',
    'skipped',
    'cases',
    'classname',
    'type',
    'failure',
    'text',
    'output',
  ],
  'report/diff-text': [
    'groups',
    'title',
    'entries',
    'targets',
    'changes',
    'kind',
    'text',
    'nodes',
    'summary',
    'this',
  ],
  'report/diff-markdown': [
    'summary',
    'hasRows',
    'hasNodes',
    'rows',
    'service',
    'targets',
    'kind',
    'clients',
    'from',
    'to',
    'nodes',
    'this',
  ],
  'report/diff-github': ['commands', 'level', 'properties', 'message', 'this'],
  'report/trace-text': [
    'headline',
    'facts',
    'label',
    'text',
    'hooks',
    'name',
    'steps',
    'place',
    'source',
    'nft',
    'element',
    'words',
    'rest',
    'sections',
    'lines',
    'this',
  ],
  'report/trace-mermaid': ['title', 'nodes', 'id', 'label', 'kind', 'edges', 'from', 'to'],
  'completion/bash': ['values', 'pattern', 'action', 'commands', 'name', 'flags'],
  'completion/zsh': ['lists', 'name', 'commas', 'items', 'specs', 'commands', 'this'],
  'completion/fish': ['lists', 'name', 'items', 'word', 'help', 'rules', 'this'],
  'man/kubenat.1': [
    'version',
    'summary',
    'usages',
    'description',
    'commands',
    'term',
    'help',
    'general',
    'examples',
    'pages',
    'this',
  ],
  'man/command.1': [
    'version',
    'name',
    'title',
    'summary',
    'usage',
    'blocks',
    'section',
    'isApart',
    'paragraph',
    'literal',
    'items',
    'terms',
    'term',
    'help',
    'pages',
    'this',
  ],
  'report/trace-dot': ['title', 'nodes', 'id', 'label', 'kind', 'edges', 'from', 'to'],
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
