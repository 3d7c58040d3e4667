import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type AnySchema } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { check } from '../../src/check/check.js'
import { type CheckReport, NO_SETTINGS } from '../../src/check/findings.js'
import { checkGithub, checkJson, checkJunit, checkText } from '../../src/check/report.js'
import { checkSarif } from '../../src/check/sarif.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import { updateRefusal } from '../../src/golden/golden.js'
import { parseOptions } from '../../src/options/table.js'
import { junitFaults } from '../schemas/junit.js'

const formats = suite('formats of check')
const hostile = suite('formats of check on hostile input')

const HERE = fileURLToPath(new URL('.', import.meta.url))
const pathOf = (path: string): string => `${HERE}${path}`
const read = (path: string): string => readFileSync(pathOf(path), 'utf8')
const isUpdate = process.env.UPDATE_GOLDEN === '1' && updateRefusal(process.env) === undefined

const CASES = {
  shop: {
    rules: { ...NO_SETTINGS.rules, failOnWarn: true, disabled: new Set(['KN204'] as const) },
  },
  broken: { rules: NO_SETTINGS.rules },
}

function reportOf(
  name: keyof typeof CASES,
  text = read(`reports/${name}/objects.yaml`),
): CheckReport {
  const options = parseOptions({ 'ip-family': 'ipv4' })
  const sources = [{ name: 'objects.yaml', text }]
  return check(sources, options, CASES[name].rules, new Diagnostics())
}

const RENDERED: Readonly<Record<string, (report: CheckReport) => string>> = {
  'check.txt': report => checkText(report, false),
  'check.json': checkJson,
  'check.sarif.json': report => checkSarif(report, '1.2.3'),
  'check.junit.xml': checkJunit,
  'check.github.txt': checkGithub,
}

for (const name of Object.keys(CASES) as (keyof typeof CASES)[]) {
  for (const [file, render] of Object.entries(RENDERED)) {
    formats(`${name}/${file} is as expected`, () => {
      const actual = render(reportOf(name))
      if (isUpdate) writeFileSync(pathOf(`reports/${name}/${file}`), actual)
      assert.fixture(actual, read(`reports/${name}/${file}`))
    })
  }
}

/** The published schema, in draft 4: what later drafts spell otherwise is only its id. */
function sarifSchema(): AnySchema {
  const { $schema, id, ...schema } = JSON.parse(read('../schemas/sarif-2.1.0.json')) as Record<
    string,
    unknown
  >
  assert.match(String($schema), /draft-04/)
  assert.match(String(id), /sarif-2\.1\.0/)
  return schema as AnySchema
}
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false })
ajv.addFormat('uri', (uri: string) => URL.canParse(uri))
ajv.addFormat('uri-reference', (uri: string) => /^[\w\-.~!$&'()*+,;=:@/?#[\]%]+$/.test(uri))
ajv.addFormat('date-time', true)
const isSarif = ajv.compile(sarifSchema())
const isReport = new Ajv({ allErrors: true }).compile(
  JSON.parse(read('../../src/schema/check-report.json')) as AnySchema,
)

const sarifFaults = (text: string): unknown =>
  isSarif(JSON.parse(text)) ? [] : (isSarif.errors ?? [])
const jsonFaults = (text: string): unknown =>
  isReport(JSON.parse(text)) ? [] : (isReport.errors ?? [])

formats('SARIF, JUnit and JSON fit their schemas', () => {
  for (const name of Object.keys(CASES) as (keyof typeof CASES)[]) {
    const report = reportOf(name)
    assert.equal(sarifFaults(checkSarif(report, '1.2.3')), [])
    assert.equal(junitFaults(checkJunit(report)), [])
    assert.equal(jsonFaults(checkJson(report)), [])
  }
})

formats('a report without findings fits them too', () => {
  const report = reportOf('broken', 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n')
  assert.equal(report.findings, [])
  assert.match(
    checkText(report, false),
    /^no findings in no objects; nothing here is a Service, .* \(found 1 v1 ConfigMap\): .*\n$/,
  )
  assert.equal(sarifFaults(checkSarif(report, '1.2.3')), [])
  assert.equal(junitFaults(checkJunit(report)), [])
  assert.equal(jsonFaults(checkJson(report)), [])
})

formats('the schemas refuse what they have to', () => {
  assert.not.equal(sarifFaults('{"version":"2.1.0"}'), [])
  assert.not.equal(sarifFaults('{"version":"2.1.0","runs":[{"results":[{}]}]}'), [])
  assert.not.equal(jsonFaults('{}'), [])
  for (const wrong of [
    '<testsuites><testcase name="a"/></testsuites>',
    '<testsuites><testsuite name="a" tests="1" failures="0"/></testsuites>',
    '<testsuites><testsuite name="a" tests="1" failures="0" errors="0" line="1"/></testsuites>',
    '<testsuites>text</testsuites>',
  ]) {
    assert.not.equal(junitFaults(wrong), [], wrong)
  }
})

formats('fingerprints stay when lines move, and differ from each other', () => {
  interface Sarif {
    runs: { results: { partialFingerprints: { 'kubenat/v1': string } }[] }[]
  }
  const prints = (report: CheckReport): string[] => {
    const { runs } = JSON.parse(checkSarif(report, '')) as Sarif
    return runs.flatMap(run => run.results.map(one => one.partialFingerprints['kubenat/v1']))
  }
  const before = prints(reportOf('shop'))
  assert.is(new Set(before).size, before.length)
  assert.equal(prints(reportOf('shop', `\n# moved\n${read('reports/shop/objects.yaml')}`)), before)
})

const NASTY = [
  '<!--',
  ']]>',
  '&amp;',
  '"\'',
  '\u001b[31m',
  '\ud800',
  '%0A::error::',
  '\u2028',
  'a,b:c',
]

hostile('names of all kinds pass through every format', () => {
  for (const nasty of NASTY) {
    const name = JSON.stringify(nasty)
    const object = `{"apiVersion":"v1","kind":"Service","metadata":{"name":${name}},"spec":{"ports":[{"port":80,"name":${name}}]}}`
    const report = reportOf('broken', object)
    assert.ok(report.findings.length > 0, nasty)
    assert.equal(sarifFaults(checkSarif(report, '1.2.3')), [], nasty)
    assert.equal(junitFaults(checkJunit(report)), [], nasty)
    assert.equal(jsonFaults(checkJson(report)), [], nasty)
    const commands = checkGithub(report).trimEnd().split('\n').slice(0, -1)
    assert.is(commands.length, report.findings.length, nasty)
    for (const command of commands) assert.match(command, /^::error title=[^:]*::[^:].*$/, nasty)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may pass.
    assert.not.match(checkText(report, false), /[\u0000-\u0008\u001b]/, nasty)
  }
})

hostile('a file name is a URI in SARIF and escaped elsewhere', () => {
  const options = parseOptions({})
  const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: A}\nspec: {ports: [{port: 80}]}\n'
  for (const name of ['<stdin>', '/abs/ü b.yaml', 'a&"b".yaml', 'c:d,e.yaml', '%25.yaml']) {
    const report = check([{ name, text }], options, NO_SETTINGS.rules, new Diagnostics())
    assert.equal(sarifFaults(checkSarif(report, '')), [], name)
    assert.equal(junitFaults(checkJunit(report)), [], name)
  }
})

formats.run()
hostile.run()
