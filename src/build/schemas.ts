import { fileURLToPath } from 'node:url'

/** Folder of the schema files. */
export const SCHEMA_DIR = fileURLToPath(new URL('../schema', import.meta.url))

/** One JSON Schema a kind, without the file extension. */
export const SCHEMAS = [
  'metadata',
  'service',
  'endpoint-slice',
  'endpoints',
  'node',
  'service-cidr',
  'kube-proxy-config',
  'allocations',
  'flows',
  'kubenat-config',
] as const

/** One JSON Schema for each report that a command prints as JSON: published, with a type, and no more. */
export const REPORT_SCHEMAS = [
  'check-report',
  'diff-report',
  'trace-report',
  'verify-report',
  'migrate-report',
] as const
