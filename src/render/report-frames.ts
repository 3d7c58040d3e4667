import { frame, part } from './frames.js'
import type { XmlText } from './xml.js'

/** One way through the rules, a line for each. */
export interface RulePathView {
  readonly heading: string
  readonly steps: readonly string[]
}

/** A failed check; every string is one line. */
export interface FailureView {
  readonly mark: string
  readonly title: string
  readonly flow?: string
  readonly object?: string
  readonly packet: string
  readonly expected: string
  readonly because: string
  /** What the objects promise, where a flow says otherwise. */
  readonly promised?: string
  readonly problem: string
  readonly observed: readonly string[]
  readonly shares: readonly string[]
  readonly paths: readonly RulePathView[]
  /** What there is to say of rules that are not shown. */
  readonly remark?: string
}

export interface TextReportView {
  /** Texts of failures. */
  readonly failures: readonly string[]
  readonly notes: readonly string[]
  readonly summary: string
}

export interface JunitCaseView {
  readonly suite: XmlText
  readonly name: XmlText
  readonly failure?: { readonly message: XmlText; readonly text: XmlText }
  /** Why it was skipped. */
  readonly skip?: XmlText
}

export interface JunitSuiteView {
  readonly name: XmlText
  readonly tests: number
  readonly failures: number
  readonly skipped: number
  readonly cases: readonly JunitCaseView[]
}

export interface JunitReportView {
  readonly tests: number
  readonly failures: number
  readonly seconds: string
  readonly suites: readonly JunitSuiteView[]
}

export interface TapTestView {
  /** `ok` or `not ok`. */
  readonly result: string
  readonly number: number
  /** With what TAP takes for signs escaped. */
  readonly description: string
  readonly skip?: string
  /** Lines of a YAML block. */
  readonly diagnosis: readonly string[]
}

export interface TapReportView {
  readonly count: number
  readonly tests: readonly TapTestView[]
  readonly notes: readonly string[]
}

/** One kind of change of a migration; every string is one line. */
export interface FindingView {
  readonly heading: string
  readonly details: readonly string[]
  readonly reason: string
  readonly remedy: string
  readonly touches: readonly string[]
}

export interface MigrateReportView {
  readonly findings: readonly FindingView[]
  readonly notes: readonly string[]
  readonly summary: string
}

/** One typed door to each template of a report. */
export const REPORT_FRAMES = {
  failure: part<FailureView>('report/failure'),
  text: frame<TextReportView>('report/text'),
  junit: frame<JunitReportView>('report/junit'),
  tap: frame<TapReportView>('report/tap'),
  migrate: frame<MigrateReportView>('report/migrate'),
}
