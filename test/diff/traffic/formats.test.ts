import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv, type AnySchema } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type FailOn,
  isFailing,
  ownerPositions,
  trafficGithub,
  trafficJson,
  trafficMarkdown,
  trafficText,
} from '../../../src/diff/report.js'
import {
  CHANGE_KIND_NAMES,
  countKinds,
  type TrafficReport,
} from '../../../src/diff/traffic/report.js'
import { updateRefusal } from '../../../src/golden/golden.js'
import { CASES } from './cases.js'
import { caseReport } from './reports.js'

const goldens = suite('formats of the traffic diff')
const hostile = suite('formats of the traffic diff on hostile names')

const FOLDER = fileURLToPath(new URL('../expected', import.meta.url))
const isUpdate = process.env.UPDATE_GOLDEN === '1' && updateRefusal(process.env) === undefined
const SERIOUS: FailOn = new Set(['lost', 'refused', 'dropped', 'exposed'])
const ALL: FailOn = new Set(CHANGE_KIND_NAMES)

const reports = new Map(Object.entries(CASES).map(([name, one]) => [name, caseReport(one)]))

const FORMATS: Readonly<Record<string, (name: string) => string>> = {
  txt: name => trafficText(reportOf(name), { color: false }),
  json: name => trafficJson(reportOf(name), SERIOUS),
  md: name => trafficMarkdown(reportOf(name)),
  github: name => {
    const found = reports.get(name)
    if (found === undefined) throw new Error(name)
    return trafficGithub(found.report, SERIOUS, ownerPositions(found.report, found.clusters))
  },
}

function reportOf(name: string): TrafficReport {
  const found = reports.get(name)
  if (found === undefined) throw new Error(name)
  return found.report
}

if (isUpdate) {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER)
}

for (const name of Object.keys(CASES)) {
  for (const [format, render] of Object.entries(FORMATS)) {
    goldens(`${name}.${format} is as expected (UPDATE_GOLDEN=1 rewrites)`, () => {
      const path = `${FOLDER}/${name}.${format}`
      const actual = render(name)
      if (isUpdate) writeFileSync(path, actual)
      assert.fixture(actual, readFileSync(path, 'utf8'))
    })
  }
}

goldens('every expected file belongs to a case', () => {
  const files = Object.keys(CASES).flatMap(name =>
    Object.keys(FORMATS).map(format => `${name}.${format}`),
  )
  assert.equal(readdirSync(FOLDER).sort(), files.sort())
})

goldens('every kind of change is in a case', () => {
  const seen = new Set(
    [...reports.values()].flatMap(({ report }) => Object.keys(countKinds(report))),
  )
  assert.equal(
    CHANGE_KIND_NAMES.filter(kind => !seen.has(kind)),
    [],
  )
})

goldens('JSON fits the published schema', () => {
  const url = new URL('../../../src/schema/diff-report.json', import.meta.url)
  const schema = JSON.parse(readFileSync(url, 'utf8')) as AnySchema
  const fits = new Ajv({ strict: true, allErrors: true }).compile(schema)
  for (const name of Object.keys(CASES)) {
    for (const failOn of [SERIOUS, ALL]) {
      fits(JSON.parse(trafficJson(reportOf(name), failOn)))
      assert.equal(fits.errors, null, name)
    }
  }
  assert.not.ok(fits({ apiVersion: 'kubenat.dev/v1', kind: 'TrafficDiff' }))
})

goldens('only changes of the kinds named fail', () => {
  const fails = (name: string): boolean => isFailing(reportOf(name), SERIOUS)
  assert.equal(
    [
      'scaled-to-zero',
      'last-local-endpoint-gone',
      'service-removed',
      'endpoint-added',
      'nothing',
    ].map(fails),
    [true, true, true, false, false],
  )
  assert.ok(isFailing(reportOf('endpoint-added'), ALL))
  assert.ok(isFailing(reportOf('nodes-come-and-go'), ALL))
  assert.not.ok(isFailing(reportOf('nothing'), ALL))
})

goldens('colours are in the text where they are asked for, and nowhere else', () => {
  const colored = trafficText(reportOf('scaled-to-zero'), { color: true })
  const plain = trafficText(reportOf('scaled-to-zero'), { color: false })
  assert.match(colored, '\u001b[31mrefused')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with it.
  assert.is(colored.replace(/\u001b\[\d+m/g, ''), plain)
})

const NAME = 'a|b`<img src=x onerror=1>\u001b[31m\u202e\n::error::%,[x](y)@all'

/** A report with a name that no API server gives, in every place where a name can be. */
const hostileReport = (): TrafficReport => {
  const { groups } = reportOf('scaled-to-zero')
  return {
    nodes: [NAME, 'other'],
    addedNodes: [NAME],
    removedNodes: [NAME],
    groups: groups.map(({ entries }) => ({
      owner: { namespace: NAME, name: NAME, portName: NAME },
      entries: entries.map(entry => ({ ...entry, nodes: [NAME] })),
    })),
  }
}

hostile('in text they stay on their line and are visible', () => {
  const lines = trafficText(hostileReport(), { color: false })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  assert.not.match(lines, /[\u0000-\u0009\u000b-\u001f\u202e]/)
  assert.is(lines.split('\n').filter(line => line.startsWith('::')).length, 0)
})

hostile('in Markdown they neither end cells nor begin HTML, links or mentions', () => {
  const text = trafficMarkdown(hostileReport())
  const rows = text.split('\n').filter(line => line.startsWith('| '))
  for (const row of rows) assert.is(row.match(/(?<!\\)\|/g)?.length, 8, row)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  assert.not.match(text, /<img|(?<!\\)`|(?<!\\)\[|@all|\u001b|\u202e/)
})

hostile('in workflow commands they begin no command and end no property', () => {
  const where = () => ({ file: `dir/${NAME}.yaml`, line: 7 })
  const lines = trafficGithub(hostileReport(), ALL, where).trimEnd().split('\n')
  for (const line of lines) {
    assert.match(line, /^::warning (?:file=[^:,]*,line=7,)?title=[^:,]*::/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
    assert.not.match(line, /[\u0000-\u001f\u202e]|%(?!25|0A|0D|3A|2C)/)
  }
})

hostile('in JSON they are the same text, spelt visibly', () => {
  const text = trafficJson(hostileReport(), ALL)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not be there.
  assert.not.match(text, /[\u0000-\u0009\u000b-\u001f\u202e]/)
  const { changes } = JSON.parse(text) as { changes: { service: { name: string } }[] }
  assert.is(changes[0]?.service.name, NAME)
})

goldens.run()
hostile.run()
