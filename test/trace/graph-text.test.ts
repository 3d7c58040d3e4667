import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { DispatchGraph } from '../../src/text/frames.js'
import { dotGraph, dotText, mermaidGraph, mermaidText } from '../../src/trace/graph.js'

const graphs = suite('graphs as text')

const graph = (title: string, label: string): DispatchGraph => ({
  title,
  nodes: [
    { id: 'n1', kind: 'frontend', lines: [label, 'second'] },
    { id: 'n2', kind: 'backend', lines: [label] },
  ],
  edges: [
    { from: 'n1', to: 'n2', label },
    { from: 'n2', to: 'n1' },
  ],
})

const HOSTILE = [
  'a"b',
  'a\\',
  '"]; click n1 "javascript:alert(1)"',
  'end',
  'a\nb',
  '%% comment',
  '---\ntitle: x',
  '<script>alert(1)</script>',
  '#quot;',
  '`$x`',
  '\u001b[31m',
  '\u202e',
  '\ud83d\ude00',
  '\ud83d',
  'x'.repeat(1000),
]

// Every line that either language may have here; foreign text can get into none but the labels.
const MERMAID_LABEL = String.raw`(?:[A-Za-z0-9 .,:/()_-]|#\d+;|<br/>)*`
const MERMAID = [
  '---',
  `title: "${MERMAID_LABEL}"`,
  'flowchart LR',
  String.raw`  n\d+\["${MERMAID_LABEL}"\]:::(?:client|frontend|policy|backend|end_)`,
  String.raw`  n\d+ -->(?:\|"${MERMAID_LABEL}"\|)? n\d+`,
  '  classDef \\w+ fill:#\\w+,stroke:#\\w+',
]
const DOT_LABEL = String.raw`(?:[^"\\\n]|\\["\\n])*`
const DOT = [
  'digraph dispatch \\{',
  `  label="${DOT_LABEL}";`,
  '  rankdir=LR;',
  String.raw`  node \[fontname="sans-serif"\];`,
  String.raw`  n\d+ \[label="${DOT_LABEL}", shape=\w+\];`,
  String.raw`  n\d+ -> n\d+(?: \[label="${DOT_LABEL}"\])?;`,
  '\\}',
]

function fits(text: string, lines: readonly string[]): void {
  const grammar = new RegExp(`^(?:${lines.join('|')})$`, 'u')
  assert.ok(text.endsWith('\n'))
  for (const line of text.slice(0, -1).split('\n')) assert.match(line, grammar)
}

graphs('hostile names stay inside their labels', () => {
  for (const text of HOSTILE) {
    fits(mermaidGraph(graph(text, text)), MERMAID)
    fits(dotGraph(graph(text, text)), DOT)
  }
})

graphs('any name stays inside its label', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      fits(mermaidGraph(graph(text, text)), MERMAID)
      fits(dotGraph(graph(text, text)), DOT)
    }),
  )
})

graphs('what is plain is written as it is', () => {
  assert.is(mermaidText(['shop/web:http', '10.0.0.1:80']), 'shop/web:http<br/>10.0.0.1:80')
  assert.is(mermaidText(['a"b%']), 'a#34;b#37;')
  assert.is(dotText(['50 %', 'a"b\\']), '50 %\\na\\"b\\\\')
  assert.is(dotText(['a\nb']), 'a\\\\u000ab')
})

graphs.run()
