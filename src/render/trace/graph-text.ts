import {
  type DispatchGraph,
  FRAMES,
  type GraphNodeKind,
  type GraphView,
} from '../../text/frames.js'
import { visible } from '../../util/text.js'

/** The words in which one language writes text and shapes. */
interface GraphWords {
  readonly text: (lines: readonly string[]) => string
  readonly shape: Readonly<Record<GraphNodeKind, string>>
}

const MAX_LABEL = 300
const cut = (text: string): string =>
  text.length > MAX_LABEL ? `${text.slice(0, MAX_LABEL).replace(/[\ud800-\udbff]$/, '')}...` : text

/**
 * Foreign text in a label of Mermaid: all but plain characters as their numbers, which no version of
 * its grammar takes for anything else.
 */
export const mermaidText = (lines: readonly string[]): string =>
  lines
    .map(line =>
      [...cut(line)]
        .map(one => (/[A-Za-z0-9 .,:/()_-]/.test(one) ? one : `#${one.codePointAt(0)};`))
        .join(''),
    )
    .join('<br/>')

/** Foreign text in a quoted string of DOT, which knows no other escapes than these. */
export const dotText = (lines: readonly string[]): string =>
  lines.map(line => visible(cut(line)).replaceAll('\\', '\\\\').replaceAll('"', '\\"')).join('\\n')

const MERMAID: GraphWords = {
  text: mermaidText,
  shape: {
    client: 'client',
    frontend: 'frontend',
    policy: 'policy',
    backend: 'backend',
    end: 'end_',
  },
}
const DOT: GraphWords = {
  text: dotText,
  shape: {
    client: 'plaintext',
    frontend: 'box',
    policy: 'diamond',
    backend: 'box',
    end: 'octagon',
  },
}

const viewOf = (
  { title, nodes, edges }: DispatchGraph,
  { text, shape }: GraphWords,
): GraphView => ({
  title: text([title]),
  nodes: nodes.map(({ id, kind, lines }) => ({ id, label: text(lines), kind: shape[kind] })),
  edges: edges.map(({ from, to, label }) => ({
    from,
    to,
    ...(label === undefined ? {} : { label: text([label]) }),
  })),
})

/** A dispatch graph as a Mermaid flow chart. */
export const mermaidGraph = (graph: DispatchGraph): string =>
  FRAMES.traceMermaid(viewOf(graph, MERMAID))

/** A dispatch graph for Graphviz. */
export const dotGraph = (graph: DispatchGraph): string => FRAMES.traceDot(viewOf(graph, DOT))
