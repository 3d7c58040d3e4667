import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  Diagnostics,
  fieldPathText,
  type Place,
  type Source,
} from '../../src/diagnostics/diagnostic.js'
import { positionsOf } from '../../src/input/locate.js'
import { excerptAt, formatDiagnostics } from '../../src/report/diagnostics.js'
import { visible } from '../../src/util/text.js'

const format = suite('format diagnostics')
const details = suite('parts of a diagnostic')

const TEXT = 'kind: Service\nspec:\n  ports:\n  - port: "80"\n'
const place = (text: string, name = 'a.yaml'): Place => {
  const source: Source = { name, text }
  return { source, start: 0, end: text.length, path: [] }
}
const plain = (problems: Diagnostics, limit?: number): string =>
  formatDiagnostics(
    problems.all(),
    limit === undefined ? { color: false } : { color: false, limit },
  )

/** One error on a field of an object. */
function problemAt(at: Place, path: (string | number)[], message = 'is wrong'): Diagnostics {
  const problems = new Diagnostics()
  problems.report('KN012', { label: 'default/web', place: at }, path, message)
  return problems
}

format('a field is shown with its place, its line and a caret', () => {
  assert.is(
    plain(problemAt(place(TEXT), ['spec', 'ports', 0, 'port'], 'must be an integer (got "80")')),
    `a.yaml:4:11: error[KN012]: default/web: spec.ports[0].port: must be an integer (got "80")
  - port: "80"
          ^
1 error
`,
  )
})

format('notes are counted behind errors and warnings, and left out first', () => {
  const problems = problemAt(place(TEXT), ['kind'])
  problems.report('KN210', { label: 'default/web', place: place(TEXT) }, ['spec'], 'is a warning')
  problems.report('KN204', { label: 'default/web', place: place(TEXT) }, [], 'is a note')
  assert.match(plain(problems), /note\[KN204\]: default\/web: is a note\n/)
  assert.match(plain(problems), /\n1 error, 1 warning and 1 note\n$/)
  assert.not.match(plain(problems, 2), /KN204/)
  assert.match(plain(problems, 2), /1 error, 1 warning and 1 note \(1 not shown\)\n$/)
})

format('an object as a whole, a source and a run leave out what they have not', () => {
  const problems = new Diagnostics()
  const { source } = place(TEXT)
  problems.reportRun('KN061', 'no Node "a"')
  problems.reportAt('KN004', { name: 'b.yaml', text: '' }, undefined, 'is a binary file')
  problems.reportAt('KN008', source, 6, 'look here')
  problems.report('KN007', { label: '', place: place(TEXT) }, [], 'is no object')
  assert.is(
    plain(problems),
    `a.yaml:1:1: error[KN007]: is no object
kind: Service
^
a.yaml:1:7: warning[KN008]: look here
kind: Service
      ^
b.yaml: error[KN004]: is a binary file
error[KN061]: no Node "a"
3 errors and 1 warning
`,
  )
})

format('nothing is said about nothing', () => {
  assert.is(plain(new Diagnostics()), '')
})

format('diagnostics are sorted by file, line and column', () => {
  const problems = new Diagnostics()
  const report = (at: Place, key: string): void =>
    problems.report('KN012', { label: '', place: at }, [key], key)
  const a = place('z: 1\ny: 2\n', 'a.yaml')
  const b = place('{"x": 1, "w": 2}', 'b.json')
  for (const [at, key] of [
    [b, 'w'],
    [a, 'y'],
    [b, 'x'],
    [a, 'z'],
  ] as const)
    report(at, key)
  const heads = plain(problems)
    .split('\n')
    .filter(line => line.includes('KN012'))
  assert.equal(
    heads.map(line => line.split(' ')[0]),
    ['a.yaml:1:4:', 'a.yaml:2:4:', 'b.json:1:7:', 'b.json:1:15:'],
  )
})

format('at most fifty are shown, errors before warnings, with a count of all', () => {
  const problems = new Diagnostics()
  const at = place(TEXT)
  for (let i = 0; i < 30; i++) problems.report('KN042', { label: '', place: at }, [`w${i}`], 'warn')
  for (let i = 0; i < 45; i++)
    problems.report('KN012', { label: '', place: at }, [`e${i}`], `e${i}`)
  const lines = plain(problems).trimEnd().split('\n')
  assert.is(lines.filter(line => line.includes('error[')).length, 45)
  assert.is(lines.filter(line => line.includes('warning[')).length, 5)
  assert.is(lines.at(-1), '45 errors and 30 warnings (25 not shown)')
})

format('the limit is settable', () => {
  const problems = problemAt(place(TEXT), ['kind'], 'one')
  problems.reportRun('KN061', 'two')
  assert.is(plain(problems, 1).trimEnd().split('\n').at(-1), '2 errors (1 not shown)')
  assert.is(plain(problems, 0), '2 errors (2 not shown)\n')
})

format('a hostile name, key or text does not drive the terminal', () => {
  const text = '{"kind":"\u009b31m\u202e\u2028","x":1}'
  const problems = new Diagnostics()
  problems.report(
    'KN012',
    { label: 'de\nfault/\u001b[31m', place: place(text, 'a\u0007\n.yaml') },
    ['kind', '\u001b]0;\u0007'],
    'evil\r\n\t\u001b[2J',
  )
  const shown = plain(problems)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: none may be left.
  assert.not.match(shown, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u202e]/)
  assert.is(
    shown,
    `a\\u0007\\u000a.yaml:1:9: error[KN012]: de\\u000afault/\\u001b[31m: kind["\\u001b]0;\\u0007"]: evil\\u000d\\u000a\\t\\u001b[2J
{"kind":"\\u009b31m\\u202e\\u2028","x":1}
        ^
1 error
`,
  )
})

format('endless names and messages are cut', () => {
  const problems = problemAt(place(TEXT), ['k'.repeat(1e6)], 'm'.repeat(1e6))
  assert.ok(plain(problems).length < 3000)
})

format('a line of megabytes is cut around its caret', () => {
  const text = JSON.stringify({ kind: 'X', a: 'x'.repeat(3e6), b: 7, c: 'y'.repeat(3e6) })
  const [, line = '', caret = ''] = plain(problemAt(place(text), ['b'])).split('\n')
  assert.ok(line.length < 150)
  assert.match(line, /^\.\.\.x+","b":7,"c":"y+\.\.\.$/)
  assert.is(line[caret.indexOf('^')], '7')
})

format('colours are used if asked for', () => {
  const problems = problemAt(place(TEXT), ['kind'])
  const colored = formatDiagnostics(problems.all(), { color: true })
  assert.ok(colored.includes('\u001b[31m'))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours.
  assert.is(colored.replace(/\u001b\[\d+m/g, ''), plain(problems))
})

const excerpt = (text: string, offset: number): string => {
  const [position] = positionsOf(text, [offset])
  const { line, indent } = excerptAt(text, offset, position?.column ?? 1)
  return `${line}\n${indent}^`
}

details('tabs stay, so that the caret stands right', () => {
  assert.is(excerpt('a\n\tb\tc: d', 6), '\tb\tc: d\n\t \t ^')
})

details('line ends of Windows are not shown', () => {
  assert.is(excerpt('a: b\r\nc', 3), 'a: b\n   ^')
})

details('the caret counts what is spelt out, and a pair of surrogates once', () => {
  assert.is(excerpt('\u0001\u{1f600}x', 3), '\\u0001\u{1f600}x\n       ^')
})

details('the end of a text has a line too', () => {
  assert.is(excerpt('ab\n', 3), '\n^')
  assert.is(excerpt('ab', 2), 'ab\n  ^')
})

details('what cannot be seen is spelt out', () => {
  assert.is(visible('a\tb \u00e9\u20ac\u{1f600}'), 'a\tb \u00e9\u20ac\u{1f600}')
  assert.is(
    visible('\u001b\n\u007f\u0085\u202e\u2066\ufeff\u200b'),
    '\\u001b\\u000a\\u007f\\u0085\\u202e\\u2066\\ufeff\\u200b',
  )
  assert.is(visible('a\ud83db\ude00'), 'a\\ud83db\\ude00')
})

details('paths are written as users write them', () => {
  assert.is(fieldPathText(['spec', 'ports', 0, 'port']), 'spec.ports[0].port')
  assert.is(
    fieldPathText(['metadata', 'annotations', 'kubenat.dev/weights']),
    'metadata.annotations["kubenat.dev/weights"]',
  )
  assert.is(fieldPathText(['data', 'config.conf']), 'data["config.conf"]')
  assert.is(fieldPathText(['a-b', '', '1', '__proto__', 'x\ny']), 'a-b[""]["1"].__proto__["x\\ny"]')
  assert.is(fieldPathText([]), '')
})

format.run()
details.run()
