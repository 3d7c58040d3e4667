import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { answerTrace, type TraceQuestion } from '../../src/commands/trace.js'
import { Diagnostics, type Source } from '../../src/diagnostics/diagnostic.js'
import type { TraceReport } from '../../src/generated/reports.gen.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import { goldenNamed } from '../golden/cases.js'

/** What is asked beside objects and options. */
export type Asked = Partial<Omit<TraceQuestion, 'to'>> & Pick<TraceQuestion, 'to'>

/** What `kubenat trace` prints of the objects of a golden case. */
export function printed(golden: string, asked: Asked, more: RawOptions = {}): string {
  const { sources, options } = goldenNamed(golden)
  const answer = answered({ objects: sources, live: undefined }, { ...options, ...more }, asked)
  if ('text' in answer) return answer.text
  throw new Error(`unknown: ${answer.unknown.join('\n')}`)
}

/** The report of a trace in the objects of a golden case. */
export const reportOf = (golden: string, asked: Asked, more: RawOptions = {}): TraceReport =>
  JSON.parse(printed(golden, { ...asked, output: 'json' }, more)) as TraceReport

interface Texts {
  readonly objects: readonly Source[] | undefined
  readonly live: Source | undefined
}

/** What `kubenat trace` answers; throws where errors forbid it. */
export function answered(texts: Texts, options: RawOptions, asked: Asked) {
  const problems = new Diagnostics()
  const question = { from: undefined, inInterface: undefined, output: 'text', ...asked } as const
  const answer = answerTrace(question, texts, parseOptions(options), problems)
  if (answer) return answer
  throw new Error(
    problems
      .all()
      .map(({ code, message }) => `${code}: ${message}`)
      .join('\n'),
  )
}

/** The published schema of the report, with nothing allowed that it does not name. */
export function strictSchema(): object {
  const path = fileURLToPath(new URL('../../src/schema/trace-report.json', import.meta.url))
  return closed(JSON.parse(readFileSync(path, 'utf8'))) as object
}

function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, closed(one)]))
  return 'properties' in value && 'type' in value
    ? { ...members, additionalProperties: false }
    : members
}
