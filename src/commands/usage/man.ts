import { type BlockView, FRAMES } from '../../text/frames.js'
import type { Argument, CommandLine, CommandUsage, Flag } from './command-line.js'

/** The man page `kubenat.1`, without a date: equal sources make equal pages. */
export function manPage({ program, commands }: CommandLine, version: string): string {
  const options = uniqueFlags(commands.flatMap(({ flags }) => flags)).filter(isShared)
  const general = program.flags.map(nameOf)
  // What every command takes, or many of them, is told once.
  const viewOf = ({ name, description, flags, args, notes }: CommandUsage) => {
    const own = flags.filter(flag => !general.includes(nameOf(flag)))
    const shared = own.filter(isShared)
    const lacking = shared.length > 0 ? options.filter(one => !hasFlag(shared, one)) : []
    return {
      name: roffText(name),
      description: roffText(asSentence(description)),
      terms: [
        ...args.filter(({ details }) => details !== '').map(argumentOf),
        ...own.filter(flag => !isShared(flag)).map(termOf),
      ],
      takesOptions: shared.length > 0,
      lacking: lacking.map(flag => boldNames(flag)).join(', '),
      notes: blocksOf(notes),
    }
  }
  return FRAMES.man({
    version: roffText(version),
    summary: roffText(asClause(program.description)),
    usages: commands.map(usageText),
    description: roffText(program.description),
    notes: blocksOf(program.notes),
    general: program.flags.map(termOf),
    commands: commands.map(viewOf),
    options: options.map(termOf),
  })
}

const nameOf = ({ names }: Flag): string => names.join()
const isShared = ({ isOption }: Flag): boolean => isOption
const uniqueFlags = (flags: readonly Flag[]): readonly Flag[] => [
  ...new Map(flags.map(flag => [nameOf(flag), flag])).values(),
]

const hasFlag = (flags: readonly Flag[], flag: Flag): boolean =>
  flags.some(one => nameOf(one) === nameOf(flag))

const argumentOf = ({ name, details }: Argument) => ({
  term: `\\fI${roffText(name)}\\fR`,
  help: roffText(details),
})

const boldNames = ({ names }: Pick<Flag, 'names'>): string =>
  names.map(name => `\\fB${roffText(name)}\\fR`).join(', ')

const termOf = ({ names, value, optionalValue, details }: Flag) => ({
  term:
    boldNames({ names }) +
    (value ? ` \\fI${roffText(value.name)}\\fR` : '') +
    (optionalValue ? `[=\\fI${roffText(optionalValue)}\\fR]` : ''),
  help: roffText(details),
})

const usageText = ({ name, usage }: CommandUsage): string =>
  `\\fBkubenat ${roffText(name)}\\fR ${roffText(usage)}`

/** Paragraphs as the help sets them: lines that are indented stay as they are. */
function blocksOf(text: string): readonly BlockView[] {
  const blocks: { kind: 'filled' | 'literal'; lines: string[] }[] = []
  for (const paragraph of text.split(/\n{2,}/)) {
    for (const [i, line] of linesOf(paragraph).entries()) {
      const kind = line.startsWith(' ') ? 'literal' : 'filled'
      const last = blocks.at(-1)
      if (i > 0 && last?.kind === kind) last.lines.push(line)
      else blocks.push({ kind, lines: [line] })
    }
  }
  return blocks.map(({ kind, lines }) => ({ [kind]: lines }))
}

const linesOf = (text: string): readonly string[] => {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return lines.map(roffText)
}

const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.)]$/.test(text) ? '' : '.'}`

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
