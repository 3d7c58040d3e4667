import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CATALOG } from '../diagnostics/catalog.js'
import { OPTIONS, type OptionRow } from '../options.js'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))

/** The README with its tables made anew from the options and the catalogue. */
export function readmeText(): string {
  const tables: Record<string, string> = {
    options: optionsTable(),
    diagnostics: diagnosticsTable(),
  }
  return readFileSync(README, 'utf8').replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}${tables[name] ?? ''}${end}`,
  )
}

function optionsTable(): string {
  const rows = Object.entries(OPTIONS).map(([name, row]: [string, OptionRow]) => {
    const flag = row.value === undefined ? `--${name}` : `--${name} ${row.value}`
    return `| \`${flag}\` | ${row.default ?? ''} | ${row.help} |\n`
  })
  return `| option | default | meaning |\n| --- | --- | --- |\n${rows.join('')}`
}

function diagnosticsTable(): string {
  const rows = Object.entries(CATALOG).map(
    ([code, { severity, title }]) => `| ${code} | ${severity} | ${title} |\n`,
  )
  return `| id | severity | title |\n| --- | --- | --- |\n${rows.join('')}`
}
