import * as assert from 'uvu/assert'
import { findNode, loadCluster } from '../../src/compile.js'
import { Diagnostics } from '../../src/diagnostics/diagnostic.js'
import type { Cluster } from '../../src/model/cluster.js'
import type { Node } from '../../src/model/node.js'
import { type Options, parseOptions, type RawOptions } from '../../src/options/table.js'
import type { Expectation } from '../../src/traffic/packet.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import type { ClusterOptions } from '../arbitrary/options.js'
import { type Summary, shareText } from '../trace/summary.js'

/** A generated cluster as the reference reads it. */
export interface Loaded {
  readonly cluster: Cluster
  readonly node: Node
  readonly options: Options
}

/** Loads generated objects, which have no errors. */
export function loadGenerated(
  objects: readonly KubeObject[],
  given: ClusterOptions,
  more: RawOptions = {},
): Loaded {
  const problems = new Diagnostics()
  const options = parseOptions({ ...given, ...more })
  const text = JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects })
  const { cluster } = loadCluster([{ name: 'list.json', text }], options, undefined, problems)
  const node = findNode(cluster, options, problems)
  assert.is(problems.errorCount, 0, JSON.stringify(problems.all().slice(0, 3)))
  if (node === undefined) throw new Error('no node')
  return { cluster, node, options }
}

const WORDS = { refused: 'reject', dropped: 'drop', untouched: 'untouched' } as const

/** What is expected, in the words for what the evaluator finds. */
export function expectedSummary(expected: Expectation): Summary {
  if (expected.verdict !== 'backends') return { [WORDS[expected.verdict]]: '1' }
  return Object.fromEntries(
    expected.backends.map(({ at, share, masqueraded }) => [
      `${at.ip}:${at.port}${masqueraded ? ' masqueraded' : ''}`,
      shareText(share),
    ]),
  )
}
