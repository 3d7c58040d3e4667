import type { Migration } from '../finding.js'
import { jsonReport } from './json.js'
import type { MigrationSetting } from './setting.js'
import { textReport } from './text.js'

/** The formats of a migration report, by the name that users give. */
export const MIGRATION_FORMATS = {
  text: textReport,
  json: jsonReport,
} as const satisfies Record<string, (migration: Migration, setting: MigrationSetting) => string>

export type MigrationFormat = keyof typeof MIGRATION_FORMATS
