import type { Diagnostics } from '../diagnostics/diagnostic.js'
import { readSource } from '../input/read.js'
import { importTables } from '../listing/ruleset.js'
import type { Options } from '../options/table.js'
import { TABLE_FAMILY } from '../rules/build.js'
import { TABLE_NAME } from '../rules/names.js'
import type { Table } from '../rules/table.js'

/** The tables of a listing that the options ask for; other people's are none of our business. */
export async function liveTables(
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
