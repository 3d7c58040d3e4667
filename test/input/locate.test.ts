import * as fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { FieldPath } from '../../src/diagnostics/diagnostic.js'
import { locateAll, positionsOf } from '../../src/input/locate.js'
import { parse } from './sources.js'

const locate = suite('locate')
const positions = suite('text positions')

/** `line:column` of fields in the first (or another) object of a text. */
function at(text: string, paths: readonly FieldPath[], object = 0): string[] {
  const place = parse(text).objects[object]?.place
  assert.ok(place)
  return locateAll(paths.map(path => ({ place, path }))).map(p => `${p.line}:${p.column}`)
}

locate('values of block style YAML', () => {
  const text = [
    '# comment',
    '---',
    'kind: Service',
    'spec:',
    '  type: "NodePort"',
    "  clusterIP: '10.0.0.1'",
    '  ports:',
    '  - port: 80',
    '    name: &anchor  !!str web',
    '  -   port: 81',
    '  text: |',
    '    some text',
    '  flow: {a: [1, {b: 2}]}',
    '  80: number',
  ].join('\n')
  const expected: [FieldPath, string][] = [
    [[], '3:1'],
    [['kind'], '3:7'],
    [['spec'], '5:3'],
    [['spec', 'type'], '5:9'],
    [['spec', 'clusterIP'], '6:14'],
    [['spec', 'ports'], '8:3'],
    [['spec', 'ports', 0], '8:5'],
    [['spec', 'ports', 0, 'port'], '8:11'],
    [['spec', 'ports', 0, 'name'], '9:26'],
    [['spec', 'ports', 1, 'port'], '10:13'],
    [['spec', 'text'], '12:5'],
    [['spec', 'flow', 'a', 1, 'b'], '13:21'],
    [['spec', '80'], '14:7'],
  ]
  assert.equal(
    at(
      text,
      expected.map(([path]) => path),
    ),
    expected.map(([, place]) => place),
  )
})

locate('a missing field is found at its nearest parent', () => {
  const text = 'kind: X\nspec:\n  ports:\n  - name: a\n  - name: b\n'
  assert.equal(
    at(text, [
      ['spec', 'ports', 1, 'port'],
      ['spec', 'ports', 7],
      ['status', 'a'],
      ['kind', 'x'],
    ]),
    ['5:5', '4:3', '1:1', '1:7'],
  )
})

locate('a value that is not written is found at its key', () => {
  assert.equal(
    at('kind: X\nspec:\n  clusterIP:\n  type:  # none\n', [
      ['spec', 'clusterIP'],
      ['spec', 'type', 'x'],
    ]),
    ['3:3', '4:3'],
  )
})

locate('values of JSON', () => {
  const text =
    '\n{\n\t"kind": "X",\n  "a\\"b": {"c": [10, "],}", {"d": null}]},\n  "e" : [ ] ,"f":-1.5e3}\n'
  assert.equal(
    at(text, [
      [],
      ['kind'],
      ['a"b'],
      ['a"b', 'c', 1],
      ['a"b', 'c', 2, 'd'],
      ['e', 0],
      ['f'],
      ['g', 'h'],
    ]),
    ['2:1', '3:10', '4:11', '4:22', '4:35', '5:9', '5:18', '2:1'],
  )
})

locate('items of Lists', () => {
  const items = '{"kind":"A","x":1},\n {"kind":"B","y":[{"z":2}]}'
  const text = `{"kind":"List","items":[${items}]}`
  assert.equal(at(text, [[], ['x']], 0), ['1:25', '1:41'])
  assert.equal(at(text, [[], ['y', 0, 'z']], 1), ['2:2', '2:24'])
  const yaml = 'kind: List\nitems:\n- kind: A\n  x: 1\n-\n  kind: B\n  y: {z: 2}\n'
  assert.equal(at(yaml, [[], ['x']], 0), ['3:3', '4:6'])
  assert.equal(at(yaml, [[], ['y', 'z']], 1), ['6:3', '7:10'])
})

locate('the second of two documents', () => {
  assert.equal(at('kind: A\n---\nkind: B\nx: 1\n', [[], ['x']], 1), ['3:1', '4:4'])
  assert.equal(at('{"kind":"A"}\n{"kind":"B",\n"x":1}', [[], ['x']], 1), ['2:1', '3:5'])
  assert.equal(at('---\n{"kind":"A"}\n--- # c\n{"kind":"B",\n"x":1}', [[], ['x']], 1), [
    '4:1',
    '5:5',
  ])
})

locate('flow style YAML that is no JSON', () => {
  assert.equal(at('{kind: X, "a": [1, {b: 2}], c: "d"}', [[], ['a', 1, 'b'], ['c']]), [
    '1:1',
    '1:24',
    '1:32',
  ])
  assert.equal(
    at('{"kind": "X", "a": {"b": yes, c: 1},}', [
      ['a', 'b'],
      ['a', 'c'],
    ]),
    ['1:26', '1:34'],
  )
})

locate('what stands behind an alias is found at its anchor, the alias itself where it is', () => {
  const text = 'kind: X\na: &x\n  b: 1\nc: *x\nd: &x {b: 2}\ne: *x\n'
  assert.equal(at(text, [['c'], ['c', 'b'], ['e', 'b'], ['c', 'q']]), ['4:4', '3:6', '5:11', '4:4'])
})

locate('merged keys are found where they come from, own ones where they are', () => {
  const text =
    'kind: X\na: &a {p: 1, q: 2}\nb: &b {q: 3, r: 4}\nc:\n  <<: [*a, *b]\n  p: 5\nd: {<<: *a}\n'
  assert.equal(
    at(text, [
      ['c', 'p'],
      ['c', 'q'],
      ['c', 'r'],
      ['d', 'q'],
      ['d', 's'],
    ]),
    ['6:6', '2:17', '3:17', '2:17', '7:4'],
  )
})

locate('a search through merges of merges ends', () => {
  const levels = 'bcdefghijklmnopq'
    .split('')
    .map(
      (name, i) =>
        `${name}: &${name} {<<: [*${'abcdefghijklmnop'[i]}, *${'abcdefghijklmnop'[i]}]}\n`,
    )
  const pad = `pad: [${'1, '.repeat(200_000)}]`
  const text = `kind: X\na: &a {p: 1}\n${pad}\n${levels.join('')}`
  assert.equal(
    at(text, [
      ['q', 'none'],
      ['q', 'p'],
    ]),
    ['19:7', '2:11'],
  )
})

locate('line ends of Windows and characters outside of the BMP', () => {
  assert.equal(
    at('kind: X\r\nspec:\r\n  a: "\u{1f600}"\r\n  b: 1\r\n', [
      ['spec', 'a'],
      ['spec', 'b'],
    ]),
    ['3:6', '4:6'],
  )
})

locate('keys named like the insides of objects', () => {
  assert.equal(
    at('{"kind":"X","__proto__":{"constructor":1}}', [['__proto__', 'constructor'], ['toString']]),
    ['1:40', '1:1'],
  )
})

locate('requests for several texts come back in their order', () => {
  const a = parse('kind: A\nx: 1\n').objects[0]?.place
  const b = parse('{"kind":"B",\n\n"x":1}').objects[0]?.place
  assert.ok(a && b)
  const requests = [
    { place: b, path: ['x'] },
    { place: a, path: ['x'] },
    { place: b, path: [] },
  ]
  assert.equal(
    locateAll(requests).map(p => p.line),
    [3, 2, 1],
  )
})

locate('deeply nested JSON does not overflow', () => {
  const text = `{"kind":"X","a":${'['.repeat(100_000)}${']'.repeat(100_000)},"b":1}`
  assert.equal(at(text, [['b'], ['a', 0, 0]]), ['1:200022', '1:19'])
})

locate('any field of any JSON is found, and the text there is its value', () => {
  void fc.assert(
    fc.property(fc.object({ maxDepth: 4 }), fc.constantFrom(0, 1, 4), (value, indent) => {
      const object = JSON.parse(JSON.stringify({ ...value, kind: 'X' })) as object
      const text = JSON.stringify(object, null, indent)
      const fields = [...fieldsOf(object, [])]
      const place = { source: { name: 'x', text }, start: 0, end: text.length, path: [] }
      const found = locateAll(fields.map(([path]) => ({ place, path })))
      found.forEach((position, i) => {
        const expected = JSON.stringify(fields[i]?.[1], null, indent)
        const first = expected.slice(0, 2).trim()
        assert.is(text.slice(position.offset, position.offset + first.length), first)
      })
    }),
    { numRuns: 200 },
  )
})

function* fieldsOf(value: unknown, path: FieldPath): Generator<[FieldPath, unknown]> {
  yield [path, value]
  if (typeof value !== 'object' || value === null) return
  const isArray = Array.isArray(value)
  for (const [key, child] of Object.entries(value)) {
    yield* fieldsOf(child, [...path, isArray ? Number(key) : key])
  }
}

positions('lines and columns count from 1, in the order asked for', () => {
  const found = positionsOf('ab\n\ncd\r\ne', [8, 0, 3, 2, 4, 7, 99])
  assert.equal(
    found.map(({ line, column }) => `${line}:${column}`),
    ['4:1', '1:1', '2:1', '1:3', '3:1', '3:4', '4:2'],
  )
})

locate.run()
positions.run()
