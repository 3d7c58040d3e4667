import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { parseSources } from '../../src/input/objects.js'
import { parse, reported, source, valuesOf } from './sources.js'

const yaml = suite('parse YAML')
const json = suite('parse JSON')
const lists = suite('parse Lists')
const blank = suite('parse blank input')

const service = (name: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}}\n`
const parsed = (name: string): object => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } })
const node = (name: string): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'Node', metadata: { name } })
const parsedNode = (name: string): object => JSON.parse(node(name)) as object
/** The value of `x` in a document. */
const scalar = (text: string): unknown => {
  const { objects } = parse(`kind: Service\nx: ${text}\n`)
  return objects[0]?.value.x
}

yaml('documents are split at lines of three dashes', () => {
  const text = `# header\n---\n${service('a')}--- # b\n${service('b')}---\n# nothing\n---\n`
  assert.equal(valuesOf(text), [parsed('a'), parsed('b')])
})

yaml('three dashes inside of a block scalar or a longer run of dashes split nothing', () => {
  const text = 'kind: X\na: |\n  ---\n  b\nc: "x\n  --- y"\nd:\n  ----\n'
  assert.equal(valuesOf(text), [{ kind: 'X', a: '---\nb\n', c: 'x --- y', d: '----' }])
})

yaml('content may stand behind the dashes', () => {
  assert.equal(valuesOf('--- {kind: X}\n---   {kind: Z}\n'), [{ kind: 'X' }, { kind: 'Z' }])
})

yaml('directives and end markers are tolerated', () => {
  const text = `%YAML 1.1\n---\n${service('a')}...\n# between\n...\n---\n${service('b')}...\n`
  assert.equal(valuesOf(text), [parsed('a'), parsed('b')])
})

yaml('line ends of Windows split documents too', () => {
  const text = `${service('a')}---\n${service('b')}...\n`.replaceAll('\n', '\r\n')
  assert.equal(valuesOf(text), [parsed('a'), parsed('b')])
})

yaml('documents tell where they stand', () => {
  const text = `# a\n---\n${service('a')}---\n${service('b')}`
  const places = parse(text).objects.map(({ place }) => text.slice(place.start, place.end))
  assert.equal(places, [`---\n${service('a')}`, `---\n${service('b')}`])
})

yaml('a bad document does not spoil the others', () => {
  const text = `${service('a')}---\nkind: [\n---\n${service('b')}---\na: b: c\n---\n${service('c')}`
  const { objects, problems } = parse(text)
  assert.equal(
    objects.map(({ value }) => value),
    [parsed('a'), parsed('b'), parsed('c')],
  )
  assert.equal(reported(problems), [
    '6:1 KN003 is not valid YAML: unexpected end of the stream within a flow collection',
    '11:5 KN003 is not valid YAML: bad indentation of a mapping entry',
  ])
})

yaml('booleans are those of YAML 1.1 in the spellings of go-yaml', () => {
  for (const word of ['y', 'Y', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', 'true', 'True', 'TRUE']) {
    assert.is(scalar(word), true, word)
  }
  for (const word of ['n', 'N', 'no', 'No', 'NO', 'off', 'Off', 'OFF', 'false', 'False', 'FALSE']) {
    assert.is(scalar(word), false, word)
  }
  for (const word of ['yES', 'oN', 'tRUE', 'yeS', 'nO', 'oFF', '"yes"', "'no'", '!!str on']) {
    assert.type(scalar(word), 'string', word)
  }
})

yaml('integers are those of go-yaml', () => {
  const integers: Record<string, unknown> = {
    '0644': 420,
    '-0644': -420,
    '+07': 7,
    '0o17': 15,
    '0x1F': 31,
    '-0x1f': -31,
    '0b101': 5,
    '08': 8,
    '0': 0,
    '-0': -0,
    '00': 0,
    '1_000': 1000,
    '0_7': 7,
    '80': 80,
    '1e3': 1000,
    '1.5': 1.5,
    '0x': '0x',
    '1:30': '1:30',
    '0b2': '0b2',
    _1: '_1',
    '10.0.0.08': '10.0.0.08',
  }
  for (const [text, value] of Object.entries(integers)) assert.is(scalar(text), value, text)
})

yaml('times and dates stay text', () => {
  assert.is(scalar('2024-03-01T10:00:00Z'), '2024-03-01T10:00:00Z')
  assert.is(scalar('2024-03-01'), '2024-03-01')
})

yaml('an integer with a leading zero is warned of where it stands', () => {
  const text = `---\n${service('a')}x:\n  - 0644\n  - "0644"\n  - 10\ny: {z: 08}\n`
  const { problems } = parse(`# first\n${text}${text}`)
  assert.equal(reported(problems), [
    '7:5 KN008 0644 is read as 420, as kubectl does: write 420, or "0644" for text',
    '10:8 KN008 08 is read as 8, as kubectl does: write 8, or "08" for text',
    '16:5 KN008 0644 is read as 420, as kubectl does: write 420, or "0644" for text',
    '19:8 KN008 08 is read as 8, as kubectl does: write 8, or "08" for text',
  ])
  assert.is(problems.errorCount, 0)
})

yaml('file modes of workloads are octal on purpose', () => {
  const { problems } = parse('apiVersion: apps/v1\nkind: Deployment\ndefaultMode: 0644\n')
  assert.equal(reported(problems), [])
})

yaml('an octal file mode beside a Service is not warned of', () => {
  const text = `${service('a')}---\napiVersion: apps/v1\nkind: Deployment\ndefaultMode: 0644\n---\n${service('b')}`
  assert.equal(reported(parse(text).problems), [])
})

yaml('a tag handle is not known in the next document', () => {
  const { problems } = parse('a: 1\n...\n%TAG !e! tag:yaml.org,2002:\n---\na: !e!str 5\n')
  assert.equal(reported(problems), ['5:10 KN003 is not valid YAML: undeclared tag handle "!e!"'])
})

yaml('each document may have many aliases', () => {
  const document = `kind: X\na: &a [${'1, '.repeat(1000)}]\nb: [${'*a, '.repeat(700)}]\n`
  assert.is(valuesOf(`${document}---\n${document}`).length, 2)
})

yaml('of a key that stands twice the last is taken, with a warning', () => {
  const text = `${service('a')}---\nkind: Node\nspec:\n  ports: 1\n  "ports": 2\n`
  const { objects, problems } = parse(text)
  assert.equal(objects.at(-1)?.value, { kind: 'Node', spec: { ports: 2 } })
  assert.equal(reported(problems), [
    '8:4 KN005 the key "ports" stands twice in one mapping: the last is taken, as kubectl does',
  ])
  assert.equal(reported(parse(text.replace('Node', 'X')).problems), [])
})

yaml('brackets and quotes ask for no indentation', () => {
  const text =
    'kind: X\nspec:\n  args: [\n    a,\n    b\n  ]\n  text: "c\nd"\n  more: {\ne: 1\n}\n  last: !foo f\n'
  assert.equal(valuesOf(text), [
    { kind: 'X', spec: { args: ['a', 'b'], text: 'c d', more: { e: 1 }, last: 'f' } },
  ])
  const { problems } = parse(text.replace('kind: X', 'kind: Service').replace('e: 1', 'e: 01'))
  assert.equal(reported(problems), [
    '10:4 KN008 01 is read as 1, as kubectl does: write 1, or "01" for text',
  ])
})

yaml('a document of another kind is passed over with its errors', () => {
  const { objects, problems } = parse(`${service('a')}---\nkind: X\na: b: c\n`)
  assert.is(objects.length, 1)
  assert.equal(reported(problems), [
    '6:5 KN013 is not valid YAML: bad indentation of a mapping entry',
  ])
})

yaml('aliases and merge keys are resolved', () => {
  const text = 'kind: X\nbase: &b {a: 1, b: 2}\nc:\n  <<: *b\n  b: 3\nd: *b\n'
  assert.equal(valuesOf(text), [
    { kind: 'X', base: { a: 1, b: 2 }, c: { a: 1, b: 3 }, d: { a: 1, b: 2 } },
  ])
})

yaml('many objects may share keys by merging', () => {
  const items = Array.from({ length: 8000 }, (_, i) => `- {<<: *m, name: s${i}}\n`).join('')
  const [value] = valuesOf(`kind: X\nm: &m {a: 1, b: 2}\nitems:\n${items}`)
  assert.is((value as { items: unknown[] }).items.length, 8000)
})

yaml('an alias bomb is refused at the alias that makes it too large', () => {
  const levels = ['a: &a [1,1,1,1,1,1,1,1,1,1]']
  for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi', 'ij']) {
    levels.push(`${to}: &${to} [${Array(10).fill(`*${from}`).join(',')}]`)
  }
  const { objects, problems } = parse(`kind: Node\n${levels.join('\n')}\n`)
  assert.is(objects.length, 0)
  assert.equal(reported(problems), [
    '7:29 KN006 aliases expand to more than 1000000 values: write out what they stand for',
  ])
})

yaml('a bomb of merge keys is refused', () => {
  const keys = Array.from({ length: 2000 }, (_, i) => `k${i}: 1`).join(', ')
  const { problems } = parse(`kind: Node\nm: &m {${keys}}\nitems:\n${'- {<<: *m}\n'.repeat(600)}`)
  assert.match(reported(problems).join(), /^\d+:\d+ KN006 /)
})

yaml('a bomb of Lists made of aliases is refused', () => {
  const item = '{apiVersion: v1, kind: Node, metadata: {name: a}}'
  const list = (items: string): string => `{apiVersion: v1, kind: List, items: [${items}]}`
  const ten = (alias: string): string => Array(10).fill(alias).join(', ')
  const levels = ['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
    (name, i) => `${name}: &${name} ${list(ten(`*${'abcdefg'[i]}`))}\n`,
  )
  const text = `apiVersion: v1\nkind: List\na: &a ${item}\n${levels.join('')}items: [*h]\n`
  const { objects, problems } = parse(text)
  assert.is(objects.length, 0)
  assert.match(reported(problems).join(), /^\d+:\d+ KN006 /)
})

yaml('an alias inside of what it refers to is refused', () => {
  const { problems } = parse('kind: Node\na: &a\n  b: [1, *a]\n')
  assert.equal(reported(problems), ['3:10 KN006 alias *a stands inside of what it refers to'])
})

yaml('keys named like the insides of objects are plain keys', () => {
  const [value] = valuesOf(
    'kind: X\n__proto__: {polluted: 1}\nconstructor: 2\nm: {<<: {__proto__: 3}}\n',
  )
  assert.ok(Object.hasOwn(value as object, '__proto__'))
  assert.is(({} as Record<string, unknown>).polluted, undefined)
  assert.is((value as Record<string, unknown>).polluted, undefined)
})

yaml('nesting without end is an error, not a crash', () => {
  const { problems } = parse(`kind: ${'['.repeat(2000)}`)
  assert.match(reported(problems).join(), /^1:\d+ KN003 nested deeper than 100 levels$/)
})

yaml('control characters and NUL are errors where they stand', () => {
  assert.match(reported(parse('kind: Node\na: b\u0007c\n').problems).join(), /^2:5 KN003 /)
  assert.match(reported(parse('kind: Node\na: \u0000\n').problems).join(), /^2:4 KN003 /)
})

yaml('a huge line is read', () => {
  const [value] = valuesOf(`kind: X\na: "${'x'.repeat(5e6)}"\n`)
  assert.is((value as { a: string }).a.length, 5e6)
})

json('one value is read as a whole', () => {
  assert.equal(valuesOf(`\n  ${node('a')}\n`), [parsedNode('a')])
})

json('values one after the other are read, as lines or run together', () => {
  const three = [parsedNode('a'), parsedNode('b"}{'), parsedNode('c\\')]
  const [a = '', b = '', c = ''] = three.map(value => JSON.stringify(value, null, 2))
  assert.equal(valuesOf(`${a}\n${b}\n${c}\n`), three)
  assert.equal(valuesOf(`${a}${b}${c}`), three)
})

json('each value tells where it stands', () => {
  const text = ` ${node('a')}\n${node('b')}\n`
  const places = parse(text).objects.map(({ place }) => text.slice(place.start, place.end))
  assert.equal(places, [node('a'), node('b')])
})

json('JSON and YAML documents may alternate', () => {
  const text = `${node('a')}\n---\n${service('b')}---\n${node('c')}\n${node('d')}\n`
  assert.equal(valuesOf(text), [parsedNode('a'), parsed('b'), parsedNode('c'), parsedNode('d')])
})

json('flow style YAML is read as YAML', () => {
  assert.equal(valuesOf("{kind: X, a: 'don''t', b: yes,}\n"), [{ kind: 'X', a: "don't", b: true }])
  assert.equal(valuesOf('{"kind": "X", "a": [1, 2,],}\n'), [{ kind: 'X', a: [1, 2] }])
})

json('syntax errors carry their exact place', () => {
  const cases: [text: string, problem: string][] = [
    [
      '{"a": 1\n "b": 2}',
      '2:2 KN003 is not valid JSON: expected "," or "}", but found another value',
    ],
    ['{"a": [1, 2}', '1:12 KN003 is not valid JSON: expected "," or "]", but found "}"'],
    ['{"a" 1}', '1:6 KN003 is not valid JSON: expected ":", but found another value'],
    ['{"a": tru, "b": 1]', '1:7 KN003 is not valid JSON: expected a value, but found "tru"'],
    ['{"a": +1, "b": 1]', '1:7 KN003 is not valid JSON: expected a value, but found "+"'],
    ['{"a": 01]}', '1:7 KN003 is not valid JSON: expected a value, but found "01"'],
    ['{"a": "\\x"]', '1:8 KN003 is not valid JSON: unknown escape in a string'],
    [
      '{"a": "b,\n"c": 1}',
      '1:10 KN003 is not valid JSON: line break or control character in a string (is its closing quote missing?)',
    ],
    ['{a: 1, b: [}', '1:12 KN003 is not valid YAML: missed comma'],
  ]
  for (const [text, problem] of cases) {
    const found = reported(parse(text).problems)
    assert.is(found.length, 1, text)
    assert.ok(found[0]?.startsWith(problem), `${text}: ${found[0]}`)
  }
})

json('text behind the value is an error, the value is kept', () => {
  const { objects, problems } = parse(`${node('a')}\nkind: Service\n`)
  assert.is(objects.length, 1)
  assert.equal(reported(problems), [
    '2:1 KN003 text behind the end of a JSON object (YAML documents need a line of "---" between)',
  ])
})

json('truncated text names the bracket that is not closed', () => {
  const whole = JSON.stringify(
    { kind: 'List', items: [{ kind: 'Node', n: [1, { a: 'bcd' }] }] },
    null,
    1,
  )
  const cut = whole.indexOf('bcd') + 1
  for (const text of [whole.slice(0, cut), whole.slice(0, cut - 4), whole.slice(0, cut - 1)]) {
    assert.equal(reported(parse(text).problems), [
      '8:5 KN003 is truncated: the text ends before this "{" is closed',
    ])
  }
  assert.equal(reported(parse(whole.slice(0, -1)).problems), [
    '1:1 KN003 is truncated: the text ends before this "{" is closed',
  ])
  assert.equal(reported(parse('{"a": [tru').problems), [
    '1:7 KN003 is truncated: the text ends before this "[" is closed',
  ])
})

json('what stands before a truncated value is kept', () => {
  const { objects, problems } = parse(`${node('a')}\n{"kind":`)
  assert.is(objects.length, 1)
  assert.equal(reported(problems), [
    '2:1 KN003 is truncated: the text ends before this "{" is closed',
  ])
})

json('keys named like the insides of objects are plain keys', () => {
  const [value] = valuesOf('{"kind": "X", "__proto__": {"polluted": 1}}')
  assert.ok(Object.hasOwn(value as object, '__proto__'))
  assert.is((value as Record<string, unknown>).polluted, undefined)
})

json('deep nesting is read, broken or not', () => {
  const deep = `{"kind":"X","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`
  assert.is(valuesOf(deep).length, 1)
  assert.is(valuesOf(deep + deep).length, 2)
  assert.equal(reported(parse(deep.slice(0, -2)).problems), [
    '1:17 KN013 is truncated: the text ends before this "[" is closed',
  ])
})

json('long strings full of escapes are scanned', () => {
  const text = JSON.stringify({ kind: 'X', a: '\\"'.repeat(1e6), b: '9'.repeat(3e6) })
  assert.is(valuesOf(text + text).length, 2)
  assert.match(reported(parse(`${text.slice(0, -1)}]`).problems).join(), /expected "," or "}"/)
})

lists('a List is its items, each with its path', () => {
  const { objects } = parse(`{"apiVersion":"v1","kind":"List","items":[${node('a')},${node('b')}]}`)
  assert.equal(
    objects.map(({ value }) => value),
    [parsedNode('a'), parsedNode('b')],
  )
  assert.equal(
    objects.map(({ place }) => place.path),
    [
      ['items', 0],
      ['items', 1],
    ],
  )
})

lists('items of a typed list inherit its kind and version', () => {
  const text =
    'apiVersion: discovery.k8s.io/v1\nkind: EndpointSliceList\nitems:\n- metadata: {name: a}\n'
  assert.equal(valuesOf(text), [
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'a' } },
  ])
})

lists('items keep a kind of their own', () => {
  const text = 'apiVersion: v1\nkind: ServiceList\nitems:\n- {kind: Node}\n- {apiVersion: v2}\n'
  assert.equal(valuesOf(text), [
    { apiVersion: 'v1', kind: 'Node' },
    { apiVersion: 'v2', kind: 'Service' },
  ])
})

lists('items of a plain List inherit nothing', () => {
  assert.equal(valuesOf('apiVersion: v1\nkind: List\nitems:\n- a: 1\n'), [{ a: 1 }])
})

lists('Lists inside of Lists are flattened', () => {
  const list = (...items: unknown[]): object => ({ kind: 'List', apiVersion: 'v1', items })
  const text = JSON.stringify(
    list(list(parsedNode('a')), parsedNode('b'), list(list(parsedNode('c')))),
  )
  const { objects } = parse(text)
  assert.equal(
    objects.map(({ value }) => value),
    ['a', 'b', 'c'].map(parsedNode),
  )
  assert.equal(objects[2]?.place.path, ['items', 2, 'items', 0, 'items', 0])
})

lists('Lists nested without end are refused', () => {
  const text = `${'{"kind":"List","items":['.repeat(50_000)}${']}'.repeat(50_000)}`
  const { objects, problems } = parse(text)
  assert.is(objects.length, 0)
  assert.match(reported(problems).join(), /^1:\d+ KN007 Lists are nested deeper than 16 levels$/)
})

lists('an empty List is no error', () => {
  assert.equal(valuesOf('{"apiVersion":"v1","kind":"List","items":[]}'), [])
  assert.equal(valuesOf('apiVersion: v1\nkind: List\nitems:\n'), [])
})

lists("a kind of somebody's own that ends in List is an object", () => {
  assert.equal(valuesOf('kind: AllowList\nspec: {}\n'), [{ kind: 'AllowList', spec: {} }])
})

lists('what is no object is reported where it stands', () => {
  const { objects, problems } = parse(
    'apiVersion: v1\nkind: List\nitems:\n- text\n- {kind: X}\n- null\n---\njust text\n---\n- kind: Y\n---\nkind: List\nitems: 5\n',
  )
  assert.equal(
    objects.map(({ value }) => value),
    [{ kind: 'X' }],
  )
  const right = 'a Kubernetes object is a mapping with apiVersion, kind and metadata'
  assert.equal(reported(problems), [
    `4:3 KN007 ${right}`,
    `6:3 KN007 ${right}`,
    `8:1 KN007 ${right}`,
    `10:1 KN007 ${right}, not a list (wrap it: {"apiVersion": "v1", "kind": "List", "items": [...]})`,
    '13:8 KN007 must be a list of objects',
  ])
})

blank('a blank input is an error that names it', () => {
  for (const text of ['', ' \n\t\n', '# nothing\n', '---\n# a\n---\n...\n', '%YAML 1.2\n---\n']) {
    const { problems } = parse(text)
    assert.is(problems.all()[0]?.at?.source.name, 'input.yaml')
    assert.match(
      reported(problems).join(),
      /^KN002 is empty: expected Kubernetes objects in YAML or JSON/,
    )
  }
})

blank('several blank inputs are one error', () => {
  const problems = new Diagnostics()
  parseSources(
    ['a', 'b', 'c', 'd', 'e'].map(name => source('', name)),
    problems,
  )
  assert.match(reported(problems).join(), /^KN002 a, b, c and 2 more are empty/)
})

blank('a blank input beside others is fine', () => {
  const problems = new Diagnostics()
  parseSources([source(''), source(service('a'))], problems)
  assert.equal(problems.all(), [])
})

blank('no inputs at all were reported by whoever read them', () => {
  const problems = new Diagnostics()
  assert.equal(parseSources([], problems), [])
  assert.equal(problems.all(), [])
})

yaml.run()
json.run()
lists.run()
blank.run()
