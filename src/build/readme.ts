import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CATALOG, LINTS } from '../diagnostics/catalog/index.js'
import type { Entry } from '../diagnostics/entry.js'
import { CHANGE_KINDS } from '../diff/traffic/report.js'
import { defaultText, OPTIONS, type OptionRow } from '../options/table.js'

const PAGES = fileURLToPath(new URL('../commands/', import.meta.url))

/** The commands that have a page beside their code. */
export const PAGE_NAMES = readdirSync(PAGES)
  .filter(file => file.endsWith('.md'))
  .map(file => file.slice(0, -'.md'.length))
  .sort()

/** The page of a command with its tables made anew from the options and the catalogue. */
export function pageText(name: string): string {
  const tables: Record<string, string> = {
    options: optionsTable(),
    changes: changesTable(),
    diagnostics: diagnosticsTable(code => !Object.hasOwn(LINTS, code)),
    lints: diagnosticsTable(code => Object.hasOwn(LINTS, code)),
  }
  return readFileSync(`${PAGES}${name}.md`, 'utf8').replace(
    /(<!-- generated: (\w+) -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, name: string, end: string) => `${start}${tables[name] ?? ''}${end}`,
  )
}

/** All pages as the module that the command carries: without the marks of generated tables. */
export function pagesModule(): string {
  const pages = PAGE_NAMES.map(name => {
    const text = pageText(name).replace(/<!-- (?:generated: \w+|end) -->\n?/g, '')
    return `  ${name}: ${JSON.stringify(text)},\n`
  })
  return `/* Generated from src/commands/*.md by \`npm run generate\`. Do not edit. */\n\n/** The page of each command. */\nexport const PAGES: Readonly<Record<string, string>> = {\n${pages.join('')}}\n`
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
