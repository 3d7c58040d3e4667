import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { TRACE_FORMATS } from '../../src/commands/trace.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { TraceReport } from '../../src/generated/reports.gen.js'
import { parseOptions, type RawOptions } from '../../src/options/table.js'
import { dotGraph, mermaidGraph } from '../../src/trace/graph.js'
import {
  graphSources,
  type TraceQuestion,
  type TraceSources,
  traceSources,
} from '../../src/trace/trace.js'
import { goldenNamed } from '../golden/cases.js'

/** What is asked, and how the answer is printed; without a sender, the graph of the Service. */
export type Asked = Partial<TraceQuestion> &
  Pick<TraceQuestion, 'to'> & { readonly output?: keyof typeof TRACE_FORMATS }

/** What `kubenat trace` prints of the objects of a golden case. */
export function printed(golden: string, asked: Asked, more: RawOptions = {}): string {
  const { sources, options } = goldenNamed(golden)
  const { output = 'text', from } = asked
  if (from !== undefined)
    return TRACE_FORMATS[output](reportOf(golden, { ...asked, from }, more), false)
  const problems = new Diagnostics()
  const graph = graphSources(asked.to, sources, parseOptions({ ...options, ...more }), problems)
  if (graph === undefined) throw new Error(messagesOf(problems))
  return output === 'dot' ? dotGraph(graph) : mermaidGraph(graph)
}

/** The report of a trace in the objects of a golden case. */
export function reportOf(golden: string, asked: Asked, more: RawOptions = {}): TraceReport {
  const { sources, options } = goldenNamed(golden)
  const answer = answered({ objects: sources, live: undefined }, { ...options, ...more }, asked)
  if ('report' in answer) return answer.report
  throw new Error(`unknown: ${answer.unknown.join('\n')}`)
}

/** What `kubenat trace` answers; throws where errors forbid it. */
export function answered(texts: TraceSources, options: RawOptions, asked: Asked) {
  const problems = new Diagnostics()
  const answer = traceSources({ from: '', ...asked }, texts, parseOptions(options), problems)
  if (answer) return answer
  throw new Error(messagesOf(problems))
}

const messagesOf = (problems: Diagnostics): string =>
  problems
    .all()
    .map(({ code, message }) => `${code}: ${message}`)
    .join('\n')

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
