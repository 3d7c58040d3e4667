import { requireNftables } from '../compile.js'
import { UsageError } from '../options/read.js'
import type { RawOptions } from '../options/table.js'
import type { DiffFlags, DiffPaths } from './diff-flags.js'
import { trafficDiff } from './diff-traffic.js'
import { transactionDiff } from './diff-transaction.js'
import { readOptions, reporting } from './inputs.js'

/**
 * `kubenat diff`: what a change of objects does to traffic, or the transaction that does it to loaded
 * rules. Nothing is printed unless all of it was compiled.
 *
 * @returns exit code: 0 no difference that counts, 1 differences, 2 invalid input
 * @throws UsageError, EnvironmentError
 */
export async function diffCommand(flags: DiffFlags, given: RawOptions): Promise<number> {
  const paths = pathsOf(flags)
  const { output, allNodes, failOn, live } = flags
  if (output === 'nft' && (allNodes || failOn !== undefined))
    throw new UsageError('-o nft does not go with --all-nodes or --fail-on')
  if (live !== undefined && allNodes)
    throw new UsageError('--live is of one node: it does not go with --all-nodes')
  return reporting(async problems => {
    const options = await readOptions(flags.config, given, problems)
    if (options === undefined) return 2
    requireNftables(options)
    if (allNodes && given.node !== undefined)
      throw new UsageError('--node and --all-nodes exclude each other')
    if (!allNodes && options.node === undefined)
      throw new UsageError('--node NAME or --all-nodes is required')
    return output === 'nft'
      ? transactionDiff(paths, flags, options, problems)
      : trafficDiff(paths, { ...flags, output }, options, problems)
  })
}

function pathsOf({ paths, live, config }: DiffFlags): DiffPaths {
  const wanted = live === undefined ? 2 : 1
  if (paths.length !== wanted)
    throw new UsageError(
      `diff takes OLD and NEW, or --live FILE and NEW (got ${paths.length} of them)`,
    )
  const read = [...paths, live, config]
  if (read.filter(path => path === '-').length > 1)
    throw new UsageError('standard input can be only one of the inputs')
  const [before = '', after = before] = paths
  return { before, after }
}
