import { FRAMES, type ManBlockView, type TermView } from '../../text/frames.js'
import type { CommandLine, CommandUsage, Flag } from './command-line.js'
import type { Block, Span } from './page.js'

/**
 * The man pages by the names of their files, `kubenat.1` and one for each command that has a page.
 * Without a date: equal sources make equal pages.
 *
 * @param pages what they say, by the names of the commands
 */
export function manPages(
  { program, commands }: CommandLine,
  pages: ReadonlyMap<string, readonly Block[]>,
  version: string,
): ReadonlyMap<string, string> {
  const names = commands.map(({ name }) => name).filter(name => pages.has(name))
  const own = commands.flatMap(command => {
    const { name } = command
    const blocks = pages.get(name)
    const others = ['kubenat', ...names.filter(other => other !== name).map(manName)]
    return blocks
      ? [[`${manName(name)}.1`, commandPage(command, blocks, others, version)] as const]
      : []
  })
  const main = FRAMES.man({
    version: roffText(version),
    summary: roffText(asClause(program.description)),
    usages: commands.map(usageText),
    description: roffText(program.description),
    commands: commands.map(({ name, description }) => ({
      term: `\\fB${roffText(pages.has(name) ? `${manName(name)}(1)` : `kubenat ${name}`)}\\fR`,
      help: roffText(description),
    })),
    general: program.flags.map(termOf),
    examples: program.notes.split('\n').flatMap(line => (/^ {2}/.test(line) ? roffText(line) : [])),
    pages: names.map(name => roffText(manName(name))),
  })
  return new Map([['kubenat.1', main], ...own])
}

const manName = (command: string): string => `kubenat-${command}`

function commandPage(
  command: CommandUsage,
  blocks: readonly Block[],
  others: readonly string[],
  version: string,
): string {
  // The first one is the title.
  const [, ...body] = blocks
  return FRAMES.manCommand({
    version: roffText(version),
    name: roffText(command.name),
    title: roffText(command.name.toUpperCase()),
    summary: roffText(command.description),
    usage: usageText(command),
    blocks: body.map((block, i) => blockView(block, body[i - 1])),
    pages: others.map(roffText),
  })
}

function blockView(block: Block, before: Block | undefined): ManBlockView {
  const isApart = before !== undefined && before.kind !== 'heading'
  switch (block.kind) {
    case 'heading':
      return { section: roffText(block.text.toUpperCase()) }
    case 'paragraph':
      return { paragraph: roffOf(block.spans), isApart }
    case 'literal':
      return { literal: block.lines.map(roffText), isApart }
    case 'list':
      return { items: block.items.map(roffOf) }
    case 'terms':
      return { terms: block.terms.map(termView) }
  }
}

const termView = ({
  term,
  help,
}: {
  readonly term: readonly Span[]
  readonly help: readonly Span[]
}): TermView => ({
  term: roffOf(term),
  help: roffOf(help),
})

const roffOf = (spans: readonly Span[]): string =>
  spans
    .map(({ style, text }) => (style === 'plain' ? roffText(text) : `\\fB${roffText(text)}\\fR`))
    .join('')

const termOf = ({ names, details }: Flag): TermView => ({
  term: names.map(name => `\\fB${roffText(name)}\\fR`).join(', '),
  help: roffText(details),
})

const usageText = ({ name, usage }: CommandUsage): string =>
  `\\fBkubenat ${roffText(name)}\\fR ${roffText(usage)}`

const asClause = (text: string): string =>
  `${text.charAt(0).toLowerCase()}${text.slice(1).replace(/\.$/, '')}`

const NAMES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  // A plain one is a hyphen, which cannot be copied from a page into a shell; so with the others.
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
}

const characterOf = (one: string): string =>
  NAMES[one] ?? (one > '~' ? `\\[u${one.codePointAt(0)?.toString(16).toUpperCase()}]` : one)

/** Text for a line of roff, also as an argument of a macro: a request it cannot be, and it prints as is. */
export const roffText = (text: string): string =>
  [...text]
    .map(characterOf)
    .join('')
    .replace(/^(?=\.)/gm, '\\&')
