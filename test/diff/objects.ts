import { compile } from '../../src/compile.js'
import { transactionText } from '../../src/diff/rules/transaction.js'
import type { RawOptions } from '../../src/options/table.js'
import { formatDiagnostics } from '../../src/report/diagnostics.js'
import type { Table } from '../../src/rules/table.js'

/** A Service `shop/web` (unless named otherwise) on 10.96.0.1:80, and its endpoints on no known node. */
export interface ServiceFields {
  readonly name?: string
  readonly clusterIP?: string
  readonly endpoints?: readonly string[]
  readonly spec?: object
  readonly status?: object
  readonly annotations?: object
}

/** The IPv4 table of some Services; comments on the elements of shared maps are off. */
export function tableOf(services: readonly ServiceFields[], options: RawOptions = {}): Table {
  const items = services.flatMap(objectsOf)
  const source = {
    name: 'list.json',
    text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
  }
  const { tables, diagnostics } = compile([source], {
    node: 'worker-1',
    'node-addresses': '192.168.10.11',
    'ip-family': 'ipv4',
    ...options,
  })
  const [table] = tables
  if (table === undefined) throw new Error(formatDiagnostics(diagnostics, { color: false }))
  return table
}

/** The transaction between two tables, or the lack of one, in lines. */
export const linesBetween = (before: Table | undefined, after: Table | undefined): string[] =>
  transactionText(before ? [before] : [], after ? [after] : [])
    .split('\n')
    .slice(0, -1)

/** How many commands and elements a transaction has: what knftables counts as operations. */
export function operationCount(lines: readonly string[]): number {
  const [frames, others] = [/\{$|^\}$/, /^./].map(pattern => lines.filter(one => pattern.test(one)))
  return (others?.length ?? 0) - (frames?.length ?? 0)
}

function objectsOf(fields: ServiceFields): readonly object[] {
  const {
    name = 'web',
    clusterIP = '10.96.0.1',
    endpoints = [],
    spec,
    status,
    annotations,
  } = fields
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { namespace: 'shop', name, annotations },
      spec: { clusterIP, ports: [{ name: 'http', port: 80 }], ...spec },
      status,
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        namespace: 'shop',
        name: `${name}-a`,
        labels: { 'kubernetes.io/service-name': name },
      },
      addressType: 'IPv4',
      ports: [{ name: 'http', port: 8080 }],
      endpoints: endpoints.map(address => ({ addresses: [address] })),
    },
  ]
}
