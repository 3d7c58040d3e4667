import { readdirSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { buildProgram } from '../commands/program.js'
import { commandLineOf, type Flag } from '../commands/usage/command-line.js'
import { type Block, blocksOf, pageText } from '../commands/usage/page.js'
import { CATALOG } from '../diagnostics/catalog/index.js'
import type { Entry } from '../diagnostics/entry.js'
import { CHANGE_KINDS } from '../diff/traffic/report.js'
import { ROOT } from './bundle.js'

/** The pages of the commands, whose names they bear. */
export const COMMAND_PAGES: readonly string[] = readdirSync(`${ROOT}/src/commands`)
  .filter(file => file.endsWith('.md'))
  .sort()
  .map(file => `src/commands/${file}`)

/** A page with its tables made anew from what the code says: `<!-- generated: flags diff -->`. */
export const pageWithTables = (page: string): string =>
  readFileSync(`${ROOT}/${page}`, 'utf8').replace(
    /(<!-- generated: (\w+)(?: (\w+))? -->\n)[\s\S]*?(<!-- end -->)/g,
    (_, start: string, table: string, command: string | undefined, end: string) =>
      `${start}\n${tableOf(table, command)}\n${end}`,
  )

/** The pages of the commands by the names of these, in blocks. */
export const commandPages = (): ReadonlyMap<string, readonly Block[]> =>
  new Map(
    COMMAND_PAGES.map(page => [
      basename(page, '.md'),
      blocksOf(readFileSync(`${ROOT}/${page}`, 'utf8'), dirname(page)),
    ]),
  )

/** The pages of the commands as a terminal shows them, as the text of `src/generated/pages.gen.ts`. */
export function pageTexts(): string {
  const entries = [...commandPages()].map(
    ([name, blocks]) => `  ${name}: ${JSON.stringify(pageText(blocks))},`,
  )
  return [
    '// Generated from src/commands/*.md by `npm run generate`. Do not edit.',
    '/** What `kubenat help` shows, by the name of the command. */',
    'export const PAGES: Readonly<Record<string, string>> = {',
    ...entries,
    '}',
    '',
  ].join('\n')
}

function tableOf(name: string, command: string | undefined): string {
  if (name === 'flags') return flagsTable(command, false)
  if (name === 'options') return flagsTable('compile', true)
  if (name === 'diagnostics') return diagnosticsTable()
  if (name === 'changes') return table(['kind', 'what is said'], Object.entries(CHANGE_KINDS))
  throw new Error(`no table is called ${name}`)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('')
}

function diagnosticsTable(): string {
  const rows = (Object.entries(CATALOG) as [string, Entry][]).map(([code, { severity, title }]) => [
    code,
    `${severity}: ${title}`,
  ])
  return table(['id', 'severity and title'], rows)
}

/** The flags of a command: its own, but for that of the help, or those that are options of a compile. */
function flagsTable(name: string | undefined, isOption: boolean): string {
  const usage = commandLineOf(buildProgram(() => {})).commands.find(one => one.name === name)
  if (usage === undefined) throw new Error(`no command is called ${name}`)
  const flags = usage.flags.filter(
    flag => flag.isOption === isOption && !flag.names.includes('--help'),
  )
  return table(
    [isOption ? 'option' : 'flag', 'meaning'],
    flags.map(flag => [`\`${flagText(flag)}\``, flag.details]),
  )
}

const flagText = ({ names, value, optionalValue }: Flag): string =>
  [
    names.join(', '),
    value ? ` ${value.name.toUpperCase()}` : '',
    optionalValue ? `[=${optionalValue.toUpperCase()}]` : '',
  ].join('')
