import { compileTables } from '../compile.js'
import type { Diagnostics } from '../diagnostics/diagnostic.js'
import { transactionText } from '../diff/transaction.js'
import { importTables } from '../import/nft-json.js'
import { readSource, readSources } from '../input/read.js'
import { TABLE_FAMILY } from '../ir/family.js'
import { TABLE_NAME } from '../ir/names.js'
import type { Table } from '../ir/table.js'
import { UsageError } from '../option-values.js'
import type { Options, RawOptions } from '../options.js'
import { readOptions, reporting } from './inputs.js'
import { writeStdout } from './output.js'

/** What the command takes beside the options of a compile. */
export interface DiffFlags {
  /** What is to change into what; with `live`, only the latter. */
  readonly paths: readonly string[]
  readonly recursive: boolean
  readonly config: string | undefined
  /** A listing of what is loaded on the node. */
  readonly live: string | undefined
}

/**
 * `kubenat diff`: the transaction that turns the rules of some objects, or those loaded on a node,
 * into the rules of other objects. Nothing is printed unless all of it was compiled.
 *
 * @returns exit code: 0 no difference, 1 differences, 2 invalid input
 * @throws UsageError, EnvironmentError
 */
export async function diffCommand(flags: DiffFlags, given: RawOptions): Promise<number> {
  const { live, config } = flags
  const { before, after } = sidesOf(flags)
  return reporting(async problems => {
    const options = await readOptions(config, given, problems)
    if (options === undefined) return 2
    if (options.node === undefined) throw new UsageError('--node NAME is required')
    const tablesAt = (path: string): Promise<readonly Table[] | undefined> =>
      compiledTables(path, flags, options, problems)
    const old =
      live === undefined ? await tablesAt(before) : await liveTables(live, options, problems)
    const wanted = await tablesAt(after)
    if (old === undefined || wanted === undefined) return 2
    const text = transactionText(old, wanted)
    await writeStdout(text)
    return text === '' ? 0 : 1
  })
}

function sidesOf({ paths, live, config }: DiffFlags): { before: string; after: string } {
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

async function compiledTables(
  path: string,
  flags: DiffFlags,
  options: Options,
  problems: Diagnostics,
): Promise<readonly Table[] | undefined> {
  const sources = await readSources([path], flags, problems)
  return compileTables(sources, options, problems)
}

/** The tables of a listing that the options ask for; other people's are none of our business. */
async function liveTables(
  file: string,
  { families }: Options,
  problems: Diagnostics,
): Promise<readonly Table[] | undefined> {
  const source = await readSource(file, problems)
  const tables = source ? importTables(source, problems) : []
  if (problems.errorCount > 0) return undefined
  const wanted = families.map(family => TABLE_FAMILY[family])
  return tables.filter(({ family, name }) => name === TABLE_NAME && wanted.includes(family))
}
