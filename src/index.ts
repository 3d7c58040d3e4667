export { type CompileResult, compile } from './compile.js'
export { CATALOG, type DiagnosticCode, type Severity } from './diagnostics/catalog/index.js'
export type { Diagnostic, FieldPath, Place, Source, Subject } from './diagnostics/diagnostic.js'
export type { CheckResult, TraceReport, TrafficDiff } from './generated/reports.gen.js'
export type { Update } from './incremental/follow.js'
export type { WatchEvent } from './incremental/objects.js'
export {
  check,
  type DiffResult,
  diff,
  type Explanation,
  explain,
  type Follower,
  follow,
  type TraceResult,
  trace,
} from './library.js'
export { OPTIONS, type OptionName, type OptionRow, type RawOptions } from './options/table.js'
export { formatDiagnostics } from './report/diagnostics.js'
export type {
  BuiltinChain,
  FlowState,
  IptablesChain,
  IptablesMatch,
  IptablesRule,
  IptablesRules,
  IptablesTable,
  IptablesTarget,
} from './rules/iptables.js'
export type { Field, Foreign, L4Protocol, Match, Side } from './rules/match.js'
export type {
  Bucket,
  RandomChoice,
  SocketAddress,
  Statement,
  Verdict,
} from './rules/statement.js'
export type {
  BaseChain,
  Chain,
  Concern,
  ElementSet,
  EndpointElement,
  EndpointMap,
  ForeignObject,
  KeyType,
  MapElement,
  Origin,
  Rule,
  SetElement,
  Table,
  TableFamily,
  VerdictMap,
} from './rules/table.js'
export type { TraceQuestion } from './trace/trace.js'
export { UsageError } from './util/errors.js'
