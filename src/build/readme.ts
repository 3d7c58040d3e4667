import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CATALOG, LINTS } from '../diagnostics/catalog/index.js'
import type { Entry } from '../diagnostics/entry.js'
import { CHANGE_KINDS } from '../diff/traffic/report.js'
import { defaultText, OPTIONS, type OptionRow } from '../options/table.js'

const README = fileURLToPath(new URL('../../README.md', import.meta.url))

/** The README with its tables made anew from the options and the catalogue. */
export function readmeText(): string {
  const tables: Record<string, string> = {
    options: optionsTable(),
    changes: changesTable(),
    diagnostics: diagnosticsTable(code => !Object.hasOwn(LINTS, code)),
    lints: diagnosticsTable(code => Object.hasOwn(LINTS, code)),
  }
  return readFileSync(README, 'utf8').replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}${tables[name] ?? ''}${end}`,
  )
}

function optionsTable(): string {
  const rows = Object.entries(OPTIONS).map(([name, row]: [string, OptionRow]) => {
    const flag = row.value === undefined ? `--${name}` : `--${name} ${row.value}`
    return `| \`${flag}\` | ${defaultText(row)} | ${row.help} |\n`
  })
  return `| option | default | meaning |\n| --- | --- | --- |\n${rows.join('')}`
}

function changesTable(): string {
  const rows = Object.entries(CHANGE_KINDS).map(([kind, words]) => `| ${kind} | ${words} |\n`)
  return `| kind | what is said |\n| --- | --- |\n${rows.join('')}`
}

function diagnosticsTable(isWanted: (code: string) => boolean): string {
  const rows = (Object.entries(CATALOG) as [string, Entry][])
    .filter(([code]) => isWanted(code))
    .map(([code, { severity, title }]) => `| ${code} | ${severity} | ${title} |\n`)
  return `| id | severity | title |\n| --- | --- | --- |\n${rows.join('')}`
}
