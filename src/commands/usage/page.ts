import { Help } from 'commander'
import { lexer, type Token, type Tokens } from 'marked'

// The page of a command, written in Markdown, as blocks that text and man pages are made of.

/** Text in one style; `code` is what may be typed. */
export interface Span {
  readonly style: 'plain' | 'code' | 'strong'
  readonly text: string
}

export type Block =
  | { readonly kind: 'heading'; readonly depth: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  /** Lines that stay as they are. */
  | { readonly kind: 'literal'; readonly lines: readonly string[] }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** A table: what its first column names, and the other columns of a row. */
  | { readonly kind: 'terms'; readonly terms: readonly TermOf<readonly Span[]>[] }

/** A term and what is said of it. */
interface TermOf<Words> {
  readonly term: Words
  readonly help: Words
}

/**
 * The blocks of a page.
 *
 * @param folder where the page stands, such as `src/commands`: links to files are told from the root
 * @throws Error for Markdown beyond headings, paragraphs, code, flat lists and tables
 */
export function blocksOf(markdown: string, folder: string): readonly Block[] {
  return lexer(markdown).flatMap(token => blockOf(token as Tokens.Generic, folder))
}

function blockOf(token: Tokens.Generic, folder: string): readonly Block[] {
  const spans = (tokens: readonly Token[]): readonly Span[] => spansOf(tokens, 'plain', folder)
  switch (token.type) {
    case 'space':
      return []
    // Comments: which file a block is, which table stands there.
    case 'html':
      return []
    case 'heading': {
      const { depth, text } = token as Tokens.Heading
      return [{ kind: 'heading', depth, text }]
    }
    case 'paragraph':
      return [{ kind: 'paragraph', spans: spans((token as Tokens.Paragraph).tokens) }]
    case 'code':
      return [{ kind: 'literal', lines: (token as Tokens.Code).text.split('\n') }]
    case 'list':
      return [{ kind: 'list', items: (token as Tokens.List).items.map(one => spans(one.tokens)) }]
    case 'table': {
      const { header, rows } = token as Tokens.Table
      if (header.length < 2) throw new Error('a table has two columns or more')
      const terms = rows.map(([first, ...others]) => ({
        term: spans(first?.tokens ?? []),
        help: others.flatMap((cell, i) => [
          ...(i > 0 ? [plain('; ')] : []),
          ...(others.length > 1 ? [plain(`${header[i + 1]?.text}: `)] : []),
          ...spans(cell.tokens),
        ]),
      }))
      return [{ kind: 'terms', terms }]
    }
    default:
      throw new Error(`a page has no ${token.type}: ${token.raw}`)
  }
}

const plain = (text: string): Span => ({ style: 'plain', text })

function spansOf(
  tokens: readonly Token[],
  style: 'plain' | 'strong',
  folder: string,
): readonly Span[] {
  return tokens.flatMap(one => {
    const token = one as Tokens.Generic
    switch (token.type) {
      case 'codespan':
        return [{ style: 'code', text: decoded(token.text) } as const]
      case 'strong':
        return spansOf((token as Tokens.Strong).tokens, 'strong', folder)
      case 'link':
        return [{ style, text: linkText(token as Tokens.Link, folder) }]
      case 'text':
      case 'escape': {
        const { tokens: inner, text } = token as Tokens.Text
        return inner
          ? spansOf(inner, style, folder)
          : [{ style, text: decoded(text).replace(/\s+/g, ' ') }]
      }
      case 'paragraph':
        return spansOf((token as Tokens.Paragraph).tokens, style, folder)
      default:
        throw new Error(`text of a page has no ${token.type}: ${token.raw}`)
    }
  })
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' }
const decoded = (text: string): string =>
  text.replace(/&(lt|gt|amp|quot);/g, (_, name: string) => ENTITIES[name] ?? '')

/** `options of a compile (kubenat help compile)`, `schema (src/schema/flows.json)`. */
function linkText({ href, text }: Tokens.Link, folder: string): string {
  if (/^https?:/.test(href)) return `${text} (${href})`
  const path = new URL(href, `file:///${folder}/`).pathname.slice(1)
  const [, command] = /^src\/commands\/(\w+)\.md$/.exec(path) ?? []
  if (command !== undefined) return `${text} (kubenat help ${command})`
  return path.endsWith(`/${text}`) ? path : `${text} (${path})`
}

const WIDTH = 80
const help = new Help()
const wrapped = (text: string, indent: string): string =>
  help
    .boxWrap(text, WIDTH - indent.length)
    .split('\n')
    .map(line => `${indent}${line.trimEnd()}`)
    .join('\n')

/** A page as a terminal shows it. */
export const pageText = (blocks: readonly Block[]): string =>
  `${blocks.map(blockText).join('\n\n')}\n`

function blockText(block: Block): string {
  switch (block.kind) {
    case 'heading':
      return block.depth === 1 ? block.text : block.text.toUpperCase()
    case 'paragraph':
      return wrapped(textOf(block.spans), '')
    case 'literal':
      return block.lines.map(line => (line === '' ? '' : `    ${line}`)).join('\n')
    case 'list':
      return block.items.map(item => `- ${wrapped(textOf(item), '  ').slice(2)}`).join('\n')
    case 'terms':
      return block.terms
        .map(({ term, help }) => `${wordsOf(term)}\n${wrapped(textOf(help), '    ')}`)
        .join('\n')
  }
}

/** Without the marks of code: of a term that stands alone. */
const wordsOf = (spans: readonly Span[]): string => spans.map(({ text }) => text).join('')

const textOf = (spans: readonly Span[]): string =>
  spans.map(({ style, text }) => (style === 'code' ? `\`${text}\`` : text)).join('')
