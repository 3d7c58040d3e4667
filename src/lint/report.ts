import type { DiagnosticCode, Severity } from '../diagnostics/catalog/index.js'
import type { Diagnostic } from '../diagnostics/diagnostic.js'
import { compareLocated, type Located, locateDiagnostics } from '../input/locate.js'
import type { KindName } from '../input/objects.js'
import { compareText } from '../util/collections.js'
import type { Ignored } from './ignore.js'

/** What the user says of findings. */
export interface Rules {
  readonly disabled: ReadonlySet<DiagnosticCode>
  readonly severities: ReadonlyMap<DiagnosticCode, Severity>
  /** Whether warnings fail a check as errors do. */
  readonly failOnWarn: boolean
}

/** Who silenced a finding: an annotation of its object, or --disable and the settings. */
export type Silencer = 'annotation' | 'settings'

/** One thing that a check found, with its place; the severity is the user's. */
export interface Finding extends Located {
  readonly silencedBy?: Silencer
}

/** All that a check has to say, whatever the format. */
export interface CheckReport {
  /** By file and position; silenced ones among them. */
  readonly findings: readonly Finding[]
  /** How many objects of each kind were read. */
  readonly checked: Readonly<Record<KindName, number>>
  /** Names of the input texts, in the order given. */
  readonly sources: readonly string[]
  /** Whether errors kept the lints that compare objects from running. */
  readonly isPartial: boolean
  readonly failOnWarn: boolean
}

/** Sorts, locates and weighs what was reported. */
export function findingsOf(
  diagnostics: readonly Diagnostic[],
  ignored: Ignored,
  rules: Rules,
): readonly Finding[] {
  const findings = locateDiagnostics(diagnostics).map(located => weighed(located, ignored, rules))
  return findings.sort(
    (a, b) =>
      compareLocated(a, b) ||
      compareText(a.diagnostic.code, b.diagnostic.code) ||
      compareText(a.diagnostic.message, b.diagnostic.message),
  )
}

/**
 * What every manifest lacks until an API server has seen it: a compile goes without these destinations,
 * but in files that are to be applied nothing is wrong.
 */
const UNALLOCATED: ReadonlySet<DiagnosticCode> = new Set(['KN042', 'KN043'])

function weighed(located: Located, ignored: Ignored, rules: Rules): Finding {
  const { code, subject, severity } = located.diagnostic
  const own = UNALLOCATED.has(code) ? 'note' : severity
  const diagnostic = { ...located.diagnostic, severity: rules.severities.get(code) ?? own }
  const silencedBy = rules.disabled.has(code)
    ? 'settings'
    : subject && ignored.get(subject.place)?.has(code)
      ? 'annotation'
      : undefined
  return silencedBy ? { ...located, diagnostic, silencedBy } : { ...located, diagnostic }
}

/** The findings that count. */
export const activeOf = ({ findings }: CheckReport): readonly Finding[] =>
  findings.filter(({ silencedBy }) => silencedBy === undefined)

/** Whether a finding makes the check fail. */
export const isFailing = (
  { failOnWarn }: CheckReport,
  { diagnostic, silencedBy }: Finding,
): boolean =>
  silencedBy === undefined &&
  (diagnostic.severity === 'error' || (failOnWarn && diagnostic.severity === 'warning'))
