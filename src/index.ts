export { type CompileResult, compile } from './compile.js'
export { CATALOG, type DiagnosticCode, type Severity } from './diagnostics/catalog/index.js'
export type { Diagnostic, FieldPath, Place, Source, Subject } from './diagnostics/diagnostic.js'
export { formatDiagnostics } from './diagnostics/format.js'
export type {
  FlowState,
  IptablesMatch,
  IptablesRule,
  IptablesTarget,
} from './ir/iptables/rule.js'
export type {
  BuiltinChain,
  IptablesChain,
  IptablesRules,
  IptablesTable,
} from './ir/iptables/table.js'
export type { Field, Foreign, L4Protocol, Match, Side } from './ir/match.js'
export type {
  Bucket,
  RandomChoice,
  SocketAddress,
  Statement,
  Verdict,
} from './ir/statement.js'
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
} from './ir/table.js'
export { UsageError } from './options/read.js'
export { OPTIONS, type OptionName, type OptionRow, type RawOptions } from './options/table.js'
