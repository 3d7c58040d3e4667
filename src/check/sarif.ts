import { CATALOG, type DiagnosticCode } from '../diagnostics/catalog/index.js'
import { fieldPathText } from '../diagnostics/diagnostic.js'
import { bodyOf, oneLine } from '../report/diagnostics.js'
import { compareText } from '../util/collections.js'
import { sha256Hex, visible } from '../util/text.js'
import type { CheckReport, Finding } from './findings.js'

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json'
const SUPPRESSION = { annotation: 'inSource', settings: 'external' } as const

/** A report in SARIF 2.1.0, as code scanning services take it. */
export function checkSarif(report: CheckReport, version: string): string {
  const codes = [...new Set(report.findings.map(({ diagnostic }) => diagnostic.code))]
  const rules = codes.sort(compareText)
  const fallback = report.sources[0] ?? '.'
  const fingerprint = fingerprints()
  const results = report.findings.map(finding => ({
    ruleId: finding.diagnostic.code,
    ruleIndex: rules.indexOf(finding.diagnostic.code),
    level: finding.diagnostic.severity,
    message: { text: oneLine(bodyOf(finding.diagnostic)) },
    locations: [locationOf(finding, fallback)],
    partialFingerprints: { 'kubenat/v1': fingerprint(finding) },
    ...(finding.silencedBy ? { suppressions: [{ kind: SUPPRESSION[finding.silencedBy] }] } : {}),
  }))
  const driver = { name: 'kubenat', version, rules: rules.map(ruleOf) }
  const run = { tool: { driver }, columnKind: 'utf16CodeUnits', results }
  return `${JSON.stringify({ $schema: SCHEMA, version: '2.1.0', runs: [run] }, undefined, 2)}\n`
}

function ruleOf(code: DiagnosticCode) {
  const { title, reason, remedy, severity } = CATALOG[code]
  return {
    id: code,
    name: title,
    shortDescription: { text: title },
    fullDescription: { text: reason },
    help: {
      text: `${reason}\n\nWhat to do: ${remedy}`,
      markdown: `${reason}\n\n**What to do:** ${remedy}`,
    },
    defaultConfiguration: { level: severity },
  }
}

/**
 * Where a finding stands. Services want a place for each: what belongs to no file is put at the first
 * line of the first input.
 */
function locationOf({ source, position, diagnostic }: Finding, fallback: string) {
  const { line = 1, column = 1 } = position ?? {}
  const label = diagnostic.subject?.label
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(source?.name ?? fallback) },
      region: { startLine: line, startColumn: column },
    },
    ...(label ? { logicalLocations: [{ fullyQualifiedName: visible(label) }] } : {}),
  }
}

/** A path as a URI reference; an absolute one as a file URI. */
function uriOf(path: string): string {
  const encoded = visible(path).split('/').map(encodeURIComponent).join('/')
  return path.startsWith('/') ? `file://${encoded}` : encoded
}

/**
 * What tells a finding from others when lines have moved and values have changed: its id, object and
 * field, and a number where these are the same.
 */
function fingerprints(): (finding: Finding) => string {
  const seen = new Map<string, number>()
  return ({ diagnostic: { code, subject, path } }) => {
    const key = JSON.stringify([code, subject?.label ?? '', fieldPathText(path)])
    const count = seen.get(key) ?? 0
    seen.set(key, count + 1)
    return sha256Hex(`${key}${count}`).slice(0, 32)
  }
}
