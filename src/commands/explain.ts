import { CATALOG, type DiagnosticCode } from '../diagnostics/catalog/index.js'
import { UsageError } from '../options/read.js'
import { didYouMean } from '../util/text.js'
import { writeStdout } from './output.js'

/**
 * `kubenat explain KN012`: what a diagnostic means and what to do; without an id, all of them in a
 * line each.
 *
 * @throws UsageError for an id that is none
 */
export async function explainCommand(ids: readonly string[]): Promise<number> {
  const codes = Object.keys(CATALOG) as DiagnosticCode[]
  if (ids.length === 0) {
    const lines = codes.map(
      code => `${code}  ${CATALOG[code].severity.padEnd(7)}  ${CATALOG[code].title}\n`,
    )
    await writeStdout(lines.join(''))
    return 0
  }
  const chosen = ids.map(id => {
    const code = codes.find(one => one === id.toUpperCase())
    if (code) return code
    const hint = didYouMean(id.toUpperCase(), codes)
    throw new UsageError(`no diagnostic has the id ${id}${hint}`)
  })
  await writeStdout(chosen.map(explanation).join('\n'))
  return 0
}

function explanation(code: DiagnosticCode): string {
  const { severity, title, reason, remedy } = CATALOG[code]
  return `${severity} ${code}: ${title}\n\n${reason}\n\nWhat to do: ${remedy}\n`
}
