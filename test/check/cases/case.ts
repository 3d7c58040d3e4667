import type { RegisteredCode } from '../../../src/check/check.js'
import type { RawOptions } from '../../../src/options/table.js'
import type { Manifest } from '../objects.js'

/** Manifests, beside two nodes where they have none, and options. */
export interface Situation {
  readonly objects: readonly Manifest[]
  readonly options?: RawOptions
  /** Whether there are no nodes but those of the manifests. */
  readonly withoutNodes?: true
}

/** One lint: where it fires and with what words, and the nearest situations in which it is silent. */
export interface LintCase {
  readonly fires: Situation & { readonly says: string | readonly string[] }
  readonly silent: Readonly<Record<string, Situation>>
}

export type LintCases = { readonly [code in RegisteredCode]?: LintCase }
