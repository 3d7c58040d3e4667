import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { load } from 'js-yaml'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { VerifyReport } from '../../src/generated/reports.gen.js'
import type { Failed, Report, Result, RulePath } from '../../src/verify/report.js'
import { REPORT_FORMATS, type ReportFormat } from '../../src/verify/report-machine.js'
import type { Setting } from '../../src/verify/report-text.js'
import { junitFaults } from '../schemas/junit.js'
import { type Element, elementsOf } from '../xml.js'
import {
  checkOf,
  failedCheck,
  failedShares,
  flowCheck,
  PASSED,
  reportOf,
  SETTING,
  SKIPPED,
} from './sample.js'

const attributesOf = (element: Element | undefined) => Object.fromEntries(element?.attributes ?? [])

const text = suite('text report')
const json = suite('JSON report')
const junit = suite('JUnit report')
const tap = suite('TAP report')
const all = suite('every report')

const FORMATS = Object.keys(REPORT_FORMATS) as ReportFormat[]
const printed = (format: ReportFormat, report: Report, more = {}): string =>
  REPORT_FORMATS[format](report, { ...SETTING, ...more })

const FAILURE = `FAIL default/web:http (IPv4): ClusterIP 10.96.0.1:80/tcp from outside 203.0.113.5
  object    default/web spec.ports[0] at web.yaml:2:7
  packet    203.0.113.5 -> 10.96.0.1:80/tcp, IPv4, outside, in by eth0
  expected  answered by 10.244.1.10:8080 (50 %, sees the node), 10.244.2.10:8080 (50 %, sees the node)
  because   internalTrafficPolicy Cluster
  observed  2x answered by 10.244.1.10:8080, which saw 203.0.113.5
  observed  1x it arrived at 10.244.2.10:81, where nobody listens
  problem   10.244.1.10:8080 saw the source 203.0.113.5: not masqueraded
  rules     50 %: accept to 10.244.1.10:8080, not as expected
              prerouting nat-prerouting: jump services
              prerouting services: ip daddr . meta l4proto . th dport vmap @service-ips  [10.96.0.1 . tcp . 80]
  rules     1 more way
`

text('a failure reads like a bug report, and totals come last', () => {
  assert.is(
    printed('text', reportOf([PASSED, failedCheck()])),
    `${FAILURE}
2 checks on worker-1: 1 passed, 1 failed; 1 destination, 42 packets, 1.2 s
`,
  )
})

text('a run without failures is one line', () => {
  assert.is(
    printed('text', reportOf([PASSED])),
    '1 check on worker-1: 1 passed, 0 failed; 1 destination, 42 packets, 1.2 s\n',
  )
})

text('a run that tried nothing says so', () => {
  const totals = { destinations: 0, checks: 0, passed: 0, failed: 0, skipped: 0, probes: 0 }
  assert.is(
    printed('text', reportOf([], { totals })),
    `note: nothing was tried: no destination of the objects can be reached here
0 checks on worker-1: 0 passed, 0 failed; 0 destinations, 0 packets, 1.2 s
`,
  )
})

text("the table of a rule is named where it is not kube-proxy's", () => {
  const failure = failedCheck()
  if (failure.explanation?.kind !== 'paths') throw new Error('no paths')
  const foreign = {
    hook: 'forward',
    table: 'inet filter',
    chain: 'FORWARD',
    rule: 'policy drop',
  } as const
  const paths = failure.explanation.paths.map(path => ({
    ...path,
    steps: [...path.steps, foreign],
  }))
  const explanation = { ...failure.explanation, paths }
  const lines = printed('text', reportOf([{ ...failure, explanation }])).split('\n')
  assert.ok(lines.includes('              prerouting nat-prerouting: jump services'))
  assert.ok(lines.includes('              forward inet filter FORWARD: policy drop'))
})

text('what was not tried is said', () => {
  const report = reportOf([SKIPPED, SKIPPED], {
    sampled: { tried: 10, of: 20 },
    unexplainedArrivals: 1,
  })
  const left = [{ what: 'IPv6 destinations', because: 'no address is known' }]
  assert.is(
    printed('text', report, { left }),
    `note: 2 checks skipped: the kernel has no SCTP
note: not tried: IPv6 destinations: no address is known
note: tried 10 of 20 destinations; --max-destinations sets how many
note: 1 connection arrived while only silence came back, and not again when every check was repeated alone
2 checks on worker-1: 0 passed, 0 failed, 2 skipped; 1 destination, 42 packets, 1.2 s
`,
  )
})

text('the counts of a test of shares are shown', () => {
  const lines = printed('text', reportOf([failedShares()]))
  assert.match(lines, /from outside 203\.0\.113\.5, shares of the backends\n/)
  assert.match(lines, /\n {2}shares {4}10\.244\.1\.10:8080 150 of 200 \(75 %\), expected 50 %\n/)
  assert.match(lines, /\n {2}shares {4}probability by chance below 0\.0001\n/)
})

const ofFlow = (name: string): Failed =>
  failedCheck({
    check: flowCheck(name),
    arrived: 3,
    explanation: { kind: 'unknown', reason: 'a match is not known' },
  })

text('a flow that contradicts the objects is shown with what they promise', () => {
  const lines = printed('text', reportOf([ofFlow('no web')]))
  assert.match(lines, /\n {2}flow {6}no web at no web\.yaml:2:5\n/)
  assert.match(lines, /\n {2}object {4}default\/web spec\.ports\[0\] at web\.yaml:2:7\n/)
  assert.match(lines, /\n {2}expected {2}nothing comes back, and nothing arrives\n/)
  assert.match(
    lines,
    /\n {2}promised {2}by the objects: answered by .*; internalTrafficPolicy Cluster\n/,
  )
  assert.match(lines, /\n {2}observed {2}3 new connections arrived somewhere all the same\n/)
  assert.match(lines, /\n {2}rules {5}cannot be told: a match is not known\n/)
})

text('colours come only where they are wanted', () => {
  const report = reportOf([failedCheck()])
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for.
  const colors = /\u001b\[\d+m/g
  assert.match(printed('text', report, { color: true }), colors)
  assert.not.match(printed('text', report), colors)
  assert.is(printed('text', report, { color: true }).replace(colors, ''), printed('text', report))
})

const SCHEMA = JSON.parse(
  readFileSync(new URL('../../src/schema/verify-report.json', import.meta.url), 'utf8'),
) as object
const FULL = reportOf([PASSED, failedCheck(), failedShares(), ofFlow('no web'), SKIPPED], {
  sampled: { tried: 10, of: 20 },
})

json('the document fits its schema, whatever is in it', () => {
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(SCHEMA)
  const untold = checkOf()
  const nowhere: Report = reportOf([
    failedCheck({
      where: undefined,
      check: { ...untold, destination: { ...untold.destination, servicePort: undefined } },
    }),
  ])
  for (const report of [FULL, nowhere, reportOf([])]) {
    const document = JSON.parse(printed('json', report)) as VerifyReport
    assert.ok(isValid(document), JSON.stringify(isValid.errors))
    assert.is(document.version, 1)
  }
  assert.not.ok(isValid({ ...JSON.parse(printed('json', FULL)), more: 1 }))
})

json('it tells what the text tells', () => {
  const { results, passed, totals } = JSON.parse(printed('json', FULL)) as VerifyReport
  assert.is(passed, false)
  assert.is(totals.failed, 3)
  assert.equal(
    results.map(({ status }) => status),
    ['passed', 'failed', 'failed', 'failed', 'skipped'],
  )
  assert.equal(results[1]?.where, { file: 'web.yaml', line: 2, column: 7 })
  assert.is(results[1]?.rules?.[0]?.steps.length, 2)
  assert.is(results[2]?.shares?.backends[0]?.observed, 150)
  assert.equal(results[3]?.flow?.where, { file: 'no web.yaml', line: 2, column: 5 })
  assert.is(results[3]?.flow?.derived.verdict, 'backends')
  assert.is(results[4]?.reason, 'the kernel has no SCTP')
})

junit('a service port is a suite, and what was tried a case', () => {
  const { destination } = checkOf()
  const other = { ...destination, servicePort: undefined }
  const results = [
    PASSED,
    failedCheck(),
    SKIPPED,
    { ...PASSED, check: checkOf({ destination: other }) },
  ]
  const elements = elementsOf(printed('junit', reportOf(results)))
  assert.equal(
    elements.map(({ name }) => name),
    [
      'testsuites',
      ...['testsuite', 'testcase', 'testcase', 'failure', 'testcase', 'skipped'],
      ...['testsuite', 'testcase'],
    ],
  )
  assert.equal(attributesOf(elements[0]), {
    name: 'kubenat verify',
    tests: '4',
    failures: '1',
    errors: '0',
    time: '1.2',
  })
  assert.equal(attributesOf(elements[1]), {
    name: 'default/web:http (IPv4)',
    tests: '3',
    failures: '1',
    errors: '0',
    skipped: '1',
  })
  assert.is(`${elements[4]?.text}\n`, FAILURE)
  assert.equal(junitFaults(printed('junit', reportOf(results))), [])
})

tap('it is TAP 14 with a YAML block for each failure', () => {
  const lines = printed('tap', reportOf([PASSED, ofFlow('a #1 \\'), SKIPPED])).split('\n')
  assert.is(lines[0], 'TAP version 14')
  assert.is(lines[1], '1..3')
  const title = 'default/web:http (IPv4): ClusterIP 10.96.0.1:80/tcp from outside 203.0.113.5'
  assert.is(lines[2], `ok 1 - ${title}`)
  assert.is(lines[3], `not ok 2 - ${title}, flow a \\#1 \\\\`)
  const end = lines.indexOf('  ...')
  assert.is(lines[4], '  ---')
  const diagnosis = load(lines.slice(5, end).join('\n')) as Record<string, unknown>
  assert.equal(diagnosis.at, { file: 'a #1 \\.yaml', line: 2, column: 5 })
  assert.is((diagnosis.found as string[]).length, 2)
  assert.is((diagnosis.report as string[])[1], '  flow      a #1 \\ at a #1 \\.yaml:2:5')
  assert.is(lines[end + 1], `ok 3 - ${title} # SKIP the kernel has no SCTP`)
  assert.ok(lines.slice(end + 2).every(line => line === '' || line.startsWith('# ')))
})

const HOSTILE = '\u001b[2J\u202e]]>"<x a=\'&amp;#"\nok 9 - it passed # SKIP\n...\r\u0000'

/** A report, and a setting, that say this word wherever a foreign text may stand. */
function sayingEverywhere(word: string): { report: Report; setting: Partial<Setting> } {
  const path: RulePath = {
    share: { numerator: 1, denominator: 1 },
    outcome: { kind: 'unknown', what: word },
    to: undefined,
    masqueraded: false,
    asExpected: undefined,
    steps: [{ hook: 'input', table: word, chain: word, rule: word, element: word }],
  }
  const failed: Failed = {
    ...ofFlow(word),
    problem: word,
    where: { file: word, line: 1, column: 1 },
    explanation: { kind: 'paths', hidden: 0, paths: [path] },
  }
  const skipped: Result = { kind: 'packets', status: 'skipped', check: checkOf(), reason: word }
  return {
    report: reportOf([failed, skipped]),
    setting: { left: [{ what: word, because: word }], node: word },
  }
}

all('hostile names are made harmless', () => {
  const hostile = sayingEverywhere(HOSTILE)
  const harmless = sayingEverywhere('x')
  for (const format of FORMATS) {
    const output = printed(format, hostile.report, hostile.setting)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not come through.
    assert.not.match(output, /[\u0000-\u0009\u000b-\u001f\u202e]/, format)
    const lines = printed(format, harmless.report, harmless.setting).split('\n')
    assert.is(output.split('\n').length, lines.length, format)
  }
  elementsOf(printed('junit', hostile.report))
  const document = JSON.parse(printed('json', hostile.report)) as VerifyReport
  assert.is(document.results[0]?.problem, HOSTILE)
})

text.run()
json.run()
junit.run()
tap.run()
all.run()
