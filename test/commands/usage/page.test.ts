import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { blocksOf, pageText } from '../../../src/commands/usage/page.js'

const page = suite('page of a command')

const textOf = (...markdown: readonly string[]): string =>
  pageText(blocksOf(markdown.join('\n'), 'src/commands'))

page('links tell where they lead', () => {
  const text = textOf(
    'See [options](compile.md#options), [flows.json](../schema/flows.json),',
    '[hashes](../model/hash.md) and [docs](https://example.com/a).',
  )
  assert.is(
    text,
    'See options (kubenat help compile), src/schema/flows.json, hashes\n(src/model/hash.md) and docs (https://example.com/a).\n',
  )
})

page('a table is a list of terms, with the names of its columns where it has several', () => {
  assert.is(textOf('| a | b |', '| - | - |', '| `-x` | is `y` |'), '-x\n    is `y`\n')
  assert.is(
    textOf('| | on | off |', '| - | - | - |', '| light | 1 | 0 |'),
    'light\n    on: 1; off: 0\n',
  )
})

page('headings are in capitals, comments left out, code and lists as they are', () => {
  const text = textOf(
    '# kubenat x',
    '<!-- file: a -->',
    '```yaml',
    'a: <b> & c',
    '',
    '  d: "e"',
    '```',
    '## On a thing',
    `- ${'word '.repeat(20)}`,
    '- **two**',
  )
  const words = (count: number): string => 'word '.repeat(count).trim()
  assert.is(
    text,
    `kubenat x\n\n    a: <b> & c\n\n      d: "e"\n\nON A THING\n\n- ${words(15)}\n  ${words(5)}\n- two\n`,
  )
})

page('what no page should have is refused', () => {
  assert.throws(() => textOf('> quoted'), /a page has no blockquote/)
  assert.throws(() => textOf('![image](x.png)'), /text of a page has no image/)
  assert.throws(() => textOf('- a', '', '  ```', '  b', '  ```'), /text of a page has no /)
  assert.throws(() => textOf('| a |', '| - |', '| b |'), /two columns/)
})

page.run()
