import type { DiagnosticCode } from './diagnostics/catalog/index.js'
import type { Diagnostics, FieldPath, Source, Subject } from './diagnostics/diagnostic.js'
import type { KubenatConfig } from './generated/types.gen.js'
import { kubenatConfig } from './generated/validators.gen.js'
import { loadDocuments } from './input/documents.js'
import { checkSchema } from './input/schema.js'
import { optionalCode } from './lint/ignore.js'
import type { Rules } from './lint/report.js'
import { OPTIONS, type RawOptions } from './options/table.js'
import { didYouMean } from './util/text.js'

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
