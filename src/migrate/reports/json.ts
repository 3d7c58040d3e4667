import { CATALOG } from '../../diagnostics/catalog/index.js'
import type { MigrateFinding, MigrateReport, MigrateTouch } from '../../generated/reports.gen.js'
import { visible } from '../../util/text.js'
import type { Migration } from '../finding.js'
import { type LocatedFinding, type LocatedTouch, locateFindings } from '../positions.js'
import type { MigrationSetting } from './setting.js'

/** The report for programs: src/schema/migrate-report.json is its schema. */
export function jsonReport({ findings, notes }: Migration, { node }: MigrationSetting): string {
  const document: MigrateReport = {
    version: 1,
    node,
    from: 'iptables',
    to: 'nftables',
    findings: locateFindings(findings).map(findingOf),
    notes: [...notes],
  }
  const text = JSON.stringify(document, undefined, 2)
  // JSON leaves some of what could drive a terminal as it is; `\u202e` is the same text to it.
  return `${text.split('\n').map(visible).join('\n')}\n`
}

function findingOf({ code, details, touches }: LocatedFinding): MigrateFinding {
  const { severity, title, reason, remedy } = CATALOG[code]
  return {
    id: code,
    severity: severity === 'warning' ? severity : 'note',
    title,
    reason,
    remedy,
    details: [...details],
    touches: touches.map(touchOf),
  }
}

function touchOf(touch: LocatedTouch): MigrateTouch {
  const { service, portName, family, what, file, line, column } = touch
  return {
    namespace: service.namespace,
    service: service.name,
    ...(portName === undefined ? {} : { portName }),
    family,
    what,
    where: { file, line, column },
  }
}
