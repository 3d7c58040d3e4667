import {
  CATALOG,
  codeOf,
  type DiagnosticCode,
  isOptional,
  type Severity,
} from '../diagnostics/catalog/index.js'
import type {
  Diagnostic,
  Diagnostics,
  FieldPath,
  Place,
  Source,
  Subject,
} from '../diagnostics/diagnostic.js'
import type { KubenatConfig } from '../generated/types.gen.js'
import { kubenatConfig } from '../generated/validators.gen.js'
import { loadDocuments } from '../input/documents.js'
import { compareLocated, type Located, locateDiagnostics } from '../input/locate.js'
import type { InputObject, InputObjects, KindName } from '../input/objects.js'
import { checkSchema } from '../input/schema.js'
import type { LeftOut } from '../model/left-out.js'
import { OPTIONS, type RawOptions } from '../options/table.js'
import { compareText } from '../util/collections.js'
import { didYouMean, quote } from '../util/text.js'

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
  /** What there is instead of objects that are checked, if there are none. */
  readonly nothing: string | undefined
  /** Names of the input texts, in the order given. */
  readonly sources: readonly string[]
  /** Whether a lost text or Node kept the lints that compare objects from running. */
  readonly isPartial: boolean
  /** Objects with errors, which nothing is compared with. */
  readonly leftOut: readonly LeftOut[]
  readonly failOnWarn: boolean
}

/**
 * Sorts, locates and weighs what was reported.
 *
 * @param manifests objects that no API server has seen yet: what it would give them is not missed
 */
export function findingsOf(
  diagnostics: readonly Diagnostic[],
  manifests: ReadonlySet<Place>,
  ignored: Ignored,
  rules: Rules,
): readonly Finding[] {
  const isMeant = ({ code, subject }: Diagnostic): boolean =>
    UNALLOCATED.has(code) &&
    !rules.severities.has(code) &&
    !!subject &&
    manifests.has(subject.place)
  const told = diagnostics.filter(diagnostic => !isMeant(diagnostic))
  const findings = locateDiagnostics(told).map(located => weighed(located, ignored, rules))
  return findings.sort(
    (a, b) =>
      compareLocated(a, b) ||
      compareText(a.diagnostic.code, b.diagnostic.code) ||
      compareText(a.diagnostic.message, b.diagnostic.message),
  )
}

/**
 * What every manifest lacks until an API server has seen it: a compile goes without these destinations,
 * but in files that are to be applied nothing is wrong, and in a dump it is a note.
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

/** kubenat's own annotation, on any object: ids of findings that are not to be told of it. */
const IGNORE_ANNOTATION = 'kubenat.dev/ignore'

/** The ids that objects silence for themselves. */
export type Ignored = ReadonlyMap<Place, ReadonlySet<DiagnosticCode>>

/** No id is as long. */
const MAX_ID = 20

/** An id that can be silenced, or what is wrong with it. */
export function optionalCode(text: string): DiagnosticCode | { readonly fault: string } {
  const code = codeOf(text.toUpperCase())
  if (code === undefined) {
    // The text may be megabytes.
    const known = text.length <= MAX_ID ? Object.keys(CATALOG) : []
    const hint = didYouMean(text.toUpperCase(), known)
    return { fault: `no finding has the id ${quote(text)}${hint}` }
  }
  if (isOptional(code)) return code
  return { fault: `${code} is an error, which forbids a compile and cannot be silenced` }
}

/** Reads the annotation of every object; ids that do nothing are reported. */
export function ignoredBy(objects: InputObjects, problems: Diagnostics): Ignored {
  const ignored = new Map<Place, ReadonlySet<DiagnosticCode>>()
  for (const object of Object.values(objects).flat()) {
    const codes = codesOf(object, problems)
    if (codes.size > 0) ignored.set(object.place, codes)
  }
  return ignored
}

const MAX_IDS = 200

function codesOf(object: InputObject, problems: Diagnostics): ReadonlySet<DiagnosticCode> {
  const { annotations } = object.value.metadata
  const codes = new Set<DiagnosticCode>()
  if (annotations === undefined || !Object.hasOwn(annotations, IGNORE_ANNOTATION)) return codes
  const texts = (annotations[IGNORE_ANNOTATION] ?? '').split(/[\s,]+/, MAX_IDS)
  for (const text of texts.filter(one => one !== '')) {
    const code = optionalCode(text)
    if (typeof code === 'string') codes.add(code)
    else
      problems.report('KN141', object, ['metadata', 'annotations', IGNORE_ANNOTATION], code.fault)
  }
  return codes
}

/** What the file .kubenat.yaml says. */
export interface Settings {
  readonly rules: Rules
  readonly options: RawOptions
}

/** The settings where there is no file. */
export const NO_SETTINGS: Settings = {
  rules: { disabled: new Set(), severities: new Map(), failOnWarn: false },
  options: {},
}

/** Reads the text of a settings file. Undefined after reporting an error (KN140). */
export function parseSettings(source: Source, problems: Diagnostics): Settings | undefined {
  const before = problems.errorCount
  const { documents } = loadDocuments(source, problems)
  const [first, second] = documents
  const report =
    ({ start, end }: { start: number; end: number }) =>
    (path: FieldPath, message: string): void => {
      const subject: Subject = { label: '', place: { source, start, end, path: [] } }
      problems.report('KN140', subject, path, message)
    }
  if (second) report(second)([], 'a second document: settings are one')
  const checked = first && checkSchema(kubenatConfig, first.value ?? {})
  if (checked && 'errors' in checked) {
    for (const { path, message } of checked.errors) report(first)(path, message)
  }
  const settings =
    checked && 'value' in checked ? settingsOf(checked.value, report(first)) : NO_SETTINGS
  return problems.errorCount === before ? settings : undefined
}

function settingsOf(
  { check = {}, options = {} }: KubenatConfig,
  report: (path: FieldPath, message: string) => void,
): Settings {
  const codeAt = (text: string, path: FieldPath): DiagnosticCode[] => {
    const code = optionalCode(text)
    if (typeof code === 'string') return [code]
    report(path, code.fault)
    return []
  }
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(OPTIONS, name)) continue
    const hint = didYouMean(name, Object.keys(OPTIONS))
    report(['options', name], `is no option of kubenat compile${hint}`)
  }
  const disabled = (check.disable ?? []).flatMap((text, i) => codeAt(text, ['check', 'disable', i]))
  const severities = Object.entries(check.severity ?? {}).flatMap(([text, severity]) =>
    codeAt(text, ['check', 'severity', text]).map(code => [code, severity] as const),
  )
  return {
    rules: {
      disabled: new Set(disabled),
      severities: new Map(severities),
      failOnWarn: check.failOnWarn ?? false,
    },
    options: options as RawOptions,
  }
}
