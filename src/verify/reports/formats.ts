import type { Report } from '../report.js'
import { jsonReport } from './json.js'
import { junitReport } from './junit.js'
import type { Setting } from './setting.js'
import { tapReport } from './tap.js'
import { textReport } from './text.js'

/** The formats of a report, by the name that users give. */
export const REPORT_FORMATS = {
  text: textReport,
  json: jsonReport,
  junit: junitReport,
  tap: tapReport,
} as const satisfies Record<string, (report: Report, setting: Setting) => string>

export type ReportFormat = keyof typeof REPORT_FORMATS
