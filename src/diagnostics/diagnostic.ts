import { CATALOG, type DiagnosticCode, type Severity } from './catalog/index.js'

/** Where in an object or document a field stands: `['spec', 'ports', 0, 'port']`. */
export type FieldPath = readonly (string | number)[]

/** How standard input is called in messages. */
export const STDIN = '<stdin>'

/** One input text: a file, or standard input as `<stdin>`. */
export interface Source {
  readonly name: string
  readonly text: string
}

/** A document or an item of a List, as a stretch of its source's text. */
export interface Place {
  readonly source: Source
  /** Offsets of the document in `source.text`. */
  readonly start: number
  readonly end: number
  /** The way from the document's root to the object: empty, or `['items', 3]`. */
  readonly path: FieldPath
}

/** What a diagnostic is about: an object with its name as users write it, and where it stands. */
export interface Subject {
  /** `default/web` for a Service, `Kind namespace/name` for others. */
  readonly label: string
  readonly place: Place
  /** The Service that it is or belongs to, `namespace/name`; absent for other kinds. */
  readonly service?: string
}

/** One problem, as data. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  readonly message: string
  readonly subject?: Subject
  /** The field within the subject; empty for the object as a whole. */
  readonly path: FieldPath
  /** Where a syntax error stands, for problems that precede any object; an offset in the text. */
  readonly at?: { readonly source: Source; readonly offset?: number }
}

/**
 * Collects the problems of one run. Stages report here and go on, so that one run tells everything;
 * the severity comes from the catalogue.
 */
export class Diagnostics {
  readonly #all = new Map<string, Diagnostic>()
  readonly #invalid = new Set<Place>()
  #errors = 0
  #fatal = false

  /** A problem of one object's field. The same report again (for another node, say) is kept once. */
  report(code: DiagnosticCode, subject: Subject, path: FieldPath, message: string): void {
    this.#add({ code, severity: CATALOG[code].severity, subject, path, message })
  }

  /** A problem of a source as a whole or at an offset of it. */
  reportAt(
    code: DiagnosticCode,
    source: Source,
    offset: number | undefined,
    message: string,
  ): void {
    const at = offset === undefined ? { source } : { source, offset }
    this.#add({ code, severity: CATALOG[code].severity, path: [], message, at })
  }

  /** A problem of the run, not of any input. */
  reportRun(code: DiagnosticCode, message: string): void {
    this.#add({ code, severity: CATALOG[code].severity, path: [], message })
  }

  /** Takes over what was reported elsewhere. */
  addAll(others: Diagnostics): void {
    for (const diagnostic of others.all()) this.#add(diagnostic)
  }

  /** Whether an error was reported on this subject. */
  isInvalid(subject: Subject): boolean {
    return this.#invalid.has(subject.place)
  }

  get errorCount(): number {
    return this.#errors
  }

  /** Whether an error is one that leaving out objects does not cure. */
  get isFatal(): boolean {
    return this.#fatal
  }

  /** Everything reported, in the order of the reports. */
  all(): readonly Diagnostic[] {
    return [...this.#all.values()]
  }

  #add(diagnostic: Diagnostic): void {
    const { code, subject, path, message, at } = diagnostic
    const place = subject?.place
    const where = place
      ? [place.source.name, place.start, ...place.path, ...path]
      : [at?.source.name, at?.offset]
    const key = JSON.stringify([code, where, message])
    if (this.#all.has(key)) return
    this.#all.set(key, diagnostic)
    if (diagnostic.severity !== 'error') return
    this.#errors++
    if (place) this.#invalid.add(place)
    else this.#fatal = true
  }
}

const WORD = /^[A-Za-z_$][\w$-]*$/

/** A path as users write it: `spec.ports[0].port`, `metadata.annotations["kubenat.dev/weights"]`. */
export function fieldPathText(path: FieldPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`
      if (!WORD.test(step)) return `[${JSON.stringify(step)}]`
      return i === 0 ? step : `.${step}`
    })
    .join('')
}
