import { readFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { loadYaml } from '../../../src/input/yaml.js'
import { SNIPPETS } from './snippets.js'

// answers.json holds what sigs.k8s.io/yaml, which kubectl reads by, makes of each snippet: recorded from
// the Go library, in the order of SNIPPETS.

interface Answer {
  readonly json?: unknown
  readonly error?: string
}

const answers = JSON.parse(
  readFileSync(new URL('answers.json', import.meta.url), 'utf8'),
) as readonly Answer[]

/** Where the two still differ, by reason. */
const DIFFERENT: Readonly<Record<string, readonly string[]>> = {
  'a block scalar that the text ends in has no line break, and here it has one': [
    'a: |\n  x\n  y',
    'a: >\n  x\n  y\n\n  z',
    'a: |2\n   x',
    'a: |\n\n  x',
    'a: | # c\n  x',
    '- |\n x\n- >\n y',
    'a:\n- |\n  x',
    'a: |1\n x',
    'a: |  \n  x',
    '|\n x',
    '>\n x',
  ],
  'what stands behind the first document is not looked at by the Go library; here it is an error': [
    '  - a\n- b',
    '"a":b',
    ' a: b\nc: d',
  ],
  'the first of two documents is empty': ['---\n---\na: 1'],
  'YAML 1.2 allows it, and its meaning is plain': [
    'a: "\\ud83d\\ude00"',
    'a: "a\n---\nb"',
    'a: "a\n--- b"',
    'a: [\n\t1\n\t]',
    'a: [:x]',
    'a: {:}',
    'a: [? ]',
    'a: |\n  \tx',
    '-\ta',
    '- \ta',
    ': a',
    'null: a',
    '~: a',
    'a: &x: b',
    '...',
    '...\na: 1',
    '%YAML 1.2\n---\na: 1',
    '%FOO\n---\na: 1',
    'a: 1\n\t\n',
    'a: \u2028b',
    'a: \u0085b',
    'a: !!timestamp x',
    'a: [\n---\n]',
    'a: "\\U00110000"',
  ],
  'YAML 1.2 forbids it': ['a: [-]', "a: 'x'# c", 'a: "x"#c'],
  'a key in braces may end in a colon in YAML 1.1': ['a: {a:}'],
  'go-yaml lets a merge take the place of the keys before it, against the specification': [
    'a: 2\n<<: {a: 1}',
  ],
}

const yaml = suite('YAML as kubectl reads it')

function ours(text: string): Answer {
  const loaded = loadYaml(text, { start: 0, end: text.length })
  if ('error' in loaded) return { error: loaded.error.message }
  return { json: JSON.parse(JSON.stringify(loaded.documents[0]?.value ?? null)) as unknown }
}

const agree = (one: Answer, other: Answer): boolean =>
  one.error === undefined
    ? other.error === undefined && isDeepStrictEqual(one.json ?? null, other.json ?? null)
    : other.error !== undefined

yaml('every snippet is read, or refused, as the Go library does', () => {
  assert.is(answers.length, SNIPPETS.length)
  const known = new Set(Object.values(DIFFERENT).flat())
  const strange = SNIPPETS.filter(
    (text, i) => agree(ours(text), answers[i] ?? {}) === known.has(text),
  )
  assert.equal(strange, [])
})

yaml.run()
