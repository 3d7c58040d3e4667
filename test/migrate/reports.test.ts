import { readFileSync, writeFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { schemaOf } from '../../src/build/types.js'
import { findNode, loadCluster } from '../../src/compile.js'
import { CATALOG } from '../../src/diagnostics/catalog/index.js'
import { Diagnostics, type Source } from '../../src/diagnostics/diagnostic.js'
import type { MigrateReport } from '../../src/generated/reports.gen.js'
import type { Migration, Touch } from '../../src/migrate/finding.js'
import { migrate, migrationOptions } from '../../src/migrate/migrate.js'
import { MIGRATION_FORMATS, type MigrationFormat } from '../../src/migrate/report.js'
import { service } from '../model/objects.js'

const reports = suite('reports of a migration')

const fileOf = (path: string): URL => new URL(path, import.meta.url)
const SHOP = readFileSync(fileOf('../../golden/example-shop/objects.yaml'), 'utf8')

function migrationOf(source: Source): Migration {
  const problems = new Diagnostics()
  const { options, settings } = migrationOptions({
    node: 'worker-1',
    'cluster-cidr': '10.244.0.0/16,fd00:10:244::/56',
  })
  const { cluster } = loadCluster([source], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  assert.ok(node)
  return migrate(cluster, node, settings)
}

const EXAMPLE = migrationOf({ name: 'objects.yaml', text: SHOP })
const printed = (format: MigrationFormat, migration: Migration, color = false): string =>
  MIGRATION_FORMATS[format](migration, { node: 'worker-1', color })

const GOLDEN = { text: 'example-shop.txt', json: 'example-shop.json.txt' } as const
for (const format of ['text', 'json'] as const) {
  reports(`the bundled example as ${format} is ${GOLDEN[format]}`, () => {
    const file = fileOf(GOLDEN[format])
    const report = printed(format, EXAMPLE)
    if (process.env.UPDATE_GOLDEN === '1' && !process.env.CI) writeFileSync(file, report)
    assert.is(report, readFileSync(file, 'utf8'))
  })
}

reports('the document fits its schema and tells all that the text cuts off', () => {
  const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(
    schemaOf('migrate-report'),
  )
  for (const migration of [EXAMPLE, { findings: [], notes: ['none'] }]) {
    const document = JSON.parse(printed('json', migration)) as MigrateReport
    assert.ok(isValid(document), JSON.stringify(isValid.errors))
    assert.is(document.findings.length, migration.findings.length)
    assert.equal(
      document.findings.map(({ touches }) => touches.length),
      migration.findings.map(({ touches }) => touches.length),
    )
  }
  assert.match(printed('text', EXAMPLE), /\n {2}touches {3}10 more \(-o json lists all\)\n/)
})

reports('positions are those of the fields', () => {
  const { findings } = JSON.parse(printed('json', EXAMPLE)) as MigrateReport
  const [localhost] = findings
  assert.is(localhost?.id, 'KN300')
  for (const { what, where } of localhost?.touches ?? []) {
    const line = SHOP.split('\n')[where.line - 1] ?? ''
    assert.is(
      what,
      `127.0.0.1:${Number.parseInt(line.slice(where.column - 1), 10)}/${what.split('/')[1]}`,
    )
  }
})

reports('nothing that changes is a line', () => {
  const none = { findings: [], notes: [] }
  assert.is(printed('text', none), 'nothing changes for the traffic of Services on worker-1\n')
})

reports('colours come only where they are wanted', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for.
  const colors = /\u001b\[\d+m/g
  assert.match(printed('text', EXAMPLE, true), colors)
  assert.is(printed('text', EXAMPLE, true).replace(colors, ''), printed('text', EXAMPLE))
  assert.not.match(printed('json', EXAMPLE, true), colors)
})

reports('hostile names drive no terminal and stay on their lines', () => {
  const evil = '\u001b[31m\u202e\nwarning[KN300]: {{node}} <b>'
  const touch: Touch = {
    service: service({}, { name: evil, namespace: '__proto__' }),
    portName: evil,
    family: 'IPv4',
    path: ['spec', 'ports', 0],
    what: evil,
  }
  const migration: Migration = {
    findings: [{ code: 'KN303', details: [evil], touches: [touch] }],
    notes: [evil],
  }
  for (const format of ['text', 'json'] as const) {
    const report = MIGRATION_FORMATS[format](migration, { node: evil, color: false })
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
    assert.not.match(report, /[\u0000-\u0009\u000b-\u001f\u007f\u202e]/, format)
  }
  const lines = printed('text', migration).split('\n')
  assert.is(lines.filter(line => line.startsWith('warning')).length, 0)
  assert.is(lines.length, 9)
  const document = JSON.parse(printed('json', migration)) as MigrateReport
  assert.is(document.findings[0]?.touches[0]?.what, evil)
})

reports('what is told of an id is what explain says', () => {
  const { findings } = JSON.parse(printed('json', EXAMPLE)) as MigrateReport
  for (const { id, severity, title, reason, remedy } of findings)
    assert.equal({ severity, title, reason, remedy }, CATALOG[id as keyof typeof CATALOG])
})

reports.run()
