/**
 * An error refuses the object (or the whole compile), a warning never does; a note tells what is right
 * and easily overlooked.
 */
export type Severity = 'error' | 'warning' | 'note'

/** What is known of one diagnostic, for `kubenat explain` and the README. */
export interface Entry {
  readonly severity: Severity
  /** What is wrong, as a heading. */
  readonly title: string
  /** Why it is refused or warned of, and what it would lead to. */
  readonly reason: string
  /** What to write or do instead. */
  readonly remedy: string
}

type Prose = Omit<Entry, 'severity'>

/** The entry of an error. */
export const error = (prose: Prose): Entry => ({ severity: 'error', ...prose })
/** The entry of a warning. */
export const warning = (prose: Prose): Entry => ({ severity: 'warning', ...prose })
/** The entry of a note. */
export const note = (prose: Prose): Entry => ({ severity: 'note', ...prose })
