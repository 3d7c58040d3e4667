import { fileURLToPath } from 'node:url'

/** Folder of the schema files and of what is generated from them. */
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
] as const

/** Schemas of what is only written: their types are used, and their validators by tests alone. */
export const OUTPUT_SCHEMAS = ['verify-report'] as const
