import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { UsageError } from '../options/read.js'
import { discoverCases, type GoldenCase, OPTIONS_FILE, type OutputFile } from './case.js'
import { compareCase, type Difference } from './compare.js'

/** How one case came out; after an update the differences are those that were written away. */
export interface CaseReport {
  readonly name: string
  readonly status: 'same' | 'different' | 'updated'
  readonly differences: readonly Difference[]
}

export interface GoldenReport {
  readonly cases: readonly CaseReport[]
  /** What is wrong with the directory itself: no case, stray files, unreadable options. */
  readonly problems: readonly string[]
}

export interface GoldenMode {
  /** Whether to write what differs instead of failing; see `updateRefusal`. */
  readonly update: boolean
  /** Files that every case must have beside those of its own options, if it has such rules. */
  readonly required?: readonly OutputFile[]
}

/** Why expected files must not be rewritten here: a CI run that rewrites its goldens proves nothing. */
export function updateRefusal(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { CI } = env
  if (CI === undefined || CI === '' || CI === 'false' || CI === '0') return undefined
  return `expected files are not rewritten under CI (CI=${CI})`
}

/** Compares the cases of a directory, or rewrites their expected files. */
export function runGoldens(dir: string, mode: GoldenMode): GoldenReport {
  const found = discoverCases(dir)
  const cases: CaseReport[] = []
  const problems = [...found.problems]
  for (const golden of found.cases) {
    try {
      cases.push(runCase(golden, mode))
    } catch (error) {
      if (!(error instanceof UsageError)) throw error
      problems.push(`${join(golden.dir, OPTIONS_FILE)}: ${error.message}`)
    }
  }
  return { cases, problems }
}

/**
 * Compares one case, or rewrites its expected files and removes those that must not exist.
 *
 * @throws UsageError if an option of the case is unknown or has no valid value
 */
export function runCase(golden: GoldenCase, { update, required }: GoldenMode): CaseReport {
  const { name } = golden
  const differences = compareCase(golden, required)
  if (differences.length === 0) return { name, status: 'same', differences }
  if (!update) return { name, status: 'different', differences }
  for (const { file, actual } of differences) {
    const path = join(golden.dir, file)
    if (actual === undefined) rmSync(path)
    else writeFileSync(path, actual)
  }
  return { name, status: 'updated', differences }
}
