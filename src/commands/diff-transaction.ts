import { compileTables } from '../compile.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import { transactionText } from '../diff/rules/transaction.js'
import { readSources } from '../input/read.js'
import type { Options } from '../options/table.js'
import type { Table } from '../rules/table.js'
import type { DiffFlags, DiffPaths } from './diff-flags.js'
import { liveTables } from './live-tables.js'
import { writeStdout } from './output.js'

/** `kubenat diff -o nft`: the smallest transaction for rules that are loaded. */
export async function transactionDiff(
  { before, after }: DiffPaths,
  flags: Pick<DiffFlags, 'live' | 'recursive'>,
  options: Options,
  problems: Diagnostics,
): Promise<number> {
  const { live } = flags
  const tablesAt = async (path: string): Promise<readonly Table[] | undefined> => {
    const sources = await readSources([path], flags, problems)
    return compileTables(sources, options, problems)
  }
  const old =
    live === undefined ? await tablesAt(before) : await liveTables(live, options, problems)
  const wanted = await tablesAt(after)
  if (old === undefined || wanted === undefined) return 2
  const text = transactionText(old, wanted)
  await writeStdout(text)
  return text === '' ? 0 : 1
}
