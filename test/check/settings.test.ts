import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { NO_SETTINGS, parseSettings, type Settings } from '../../src/check/findings.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { OPTIONS } from '../../src/options/table.js'
import { reported, source } from '../input/sources.js'

const settings = suite('settings of check')

function parse(text: string): { settings: Settings | undefined; problems: string[] } {
  const problems = new Diagnostics()
  const settings = parseSettings(source(text, '.kubenat.yaml'), problems)
  return { settings, problems: reported(problems) }
}

const refused = (text: string, ...problems: readonly string[]): void =>
  assert.equal(parse(text), { settings: undefined, problems })

settings('everything that may stand there', () => {
  const text = `
check:
  disable: [KN204, kn210]
  failOnWarn: true
  severity: { KN262: error, KN111: note }
options:
  cluster-cidr: [10.244.0.0/16, "fd00::/56"]
  masquerade-all: true
  masquerade-bit: 15
`
  const { settings: found, problems } = parse(text)
  assert.equal(problems, [])
  assert.equal([...(found?.rules.disabled ?? [])], ['KN204', 'KN210'])
  assert.equal(
    [...(found?.rules.severities ?? [])],
    [
      ['KN262', 'error'],
      ['KN111', 'note'],
    ],
  )
  assert.is(found?.rules.failOnWarn, true)
  assert.equal(found?.options, {
    'cluster-cidr': ['10.244.0.0/16', 'fd00::/56'],
    'masquerade-all': true,
    'masquerade-bit': 15,
  })
})

settings('an empty file, empty parts and JSON', () => {
  for (const text of [
    '',
    '# nothing\n',
    'check:\noptions:\n',
    '{}',
    '{"check":{"disable":null}}',
  ]) {
    assert.equal(parse(text), { settings: NO_SETTINGS, problems: [] }, text)
  }
})

settings('misspelt keys, at their places', () => {
  refused(
    'check:\n  disabel: [KN204]\nchekc: {}\n',
    '3:8 KN140 is not known; did you mean check?',
    '2:12 KN140 is not known; did you mean disable?',
  )
  refused(
    'options:\n  cluster-cdir: a\n',
    '2:17 KN140 is no option of kubenat compile; did you mean cluster-cidr?',
  )
})

settings('values of the wrong type', () => {
  refused('[]', '1:1 KN140 must be a mapping (got an empty list)')
  refused(
    'check: { failOnWarn: yes please }',
    '1:22 KN140 must be true or false (got "yes please")',
  )
  refused(
    'check: { severity: { KN204: fatal } }',
    '1:29 KN140 must be error, warning or note (got "fatal")',
  )
  refused(
    'options: { node: {} }',
    '1:18 KN140 must be a value or a list of texts (got an empty mapping)',
  )
})

settings('ids that are unknown, and errors, which nobody can silence', () => {
  refused(
    'check: { disable: [KN2O4, KN012], severity: { KN100: note } }',
    '1:20 KN140 no finding has the id "KN2O4"; did you mean KN204, KN214, KN224?',
    '1:27 KN140 KN012 is an error, which forbids a compile and cannot be silenced',
    '1:54 KN140 KN100 is an error, which forbids a compile and cannot be silenced',
  )
})

settings('a second document, and a broken one', () => {
  refused('check: {}\n---\ncheck: {}\n', '3:1 KN140 a second document: settings are one')
  assert.match(parse('check: [').problems.join(), /KN003/)
})

settings('every option of a compile may stand there', () => {
  for (const name of Object.keys(OPTIONS)) {
    assert.equal(parse(`options: { ${name}: "x" }`).problems, [], name)
  }
})

settings.run()
