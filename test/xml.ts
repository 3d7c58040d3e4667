/** An element of an XML text. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly Element[]
  /** The text between the tags, entities resolved, that of children left out. */
  readonly text: string
}

const TAG =
  /<(?:\?[^>]*\?|!--[\s\S]*?--|(\/?)([\w:.-]+)((?:\s+[\w:.-]+\s*=\s*"[^"<]*")*)\s*(\/?))>/y
const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
}

/** Parses the XML that schemas and reports are written in; throws on anything that is no XML. */
export function parseXml(xml: string): Element {
  type Open = { name: string; attributes: Map<string, string>; children: Element[]; text: string }
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' }
  const open: Open[] = [root]
  for (let at = 0; at < xml.length; ) {
    const top = open.at(-1) ?? root
    if (xml[at] !== '<') {
      const end = xml.indexOf('<', at)
      top.text += plain(xml.slice(at, end < 0 ? xml.length : end))
      at = end < 0 ? xml.length : end
      continue
    }
    TAG.lastIndex = at
    const match = TAG.exec(xml)
    if (!match) throw new Error(`no tag: ${xml.slice(at, at + 80)}`)
    at = TAG.lastIndex
    const [, closing, name, attributes = '', selfClosing] = match
    if (name === undefined) continue
    if (closing) {
      if (top.name !== name) throw new Error(`</${name}> closes <${top.name}>`)
      open.pop()
      continue
    }
    const pairs = [...attributes.matchAll(/([\w:.-]+)\s*=\s*"([^"]*)"/g)]
    const made: Open = {
      name,
      attributes: new Map(pairs.map(([, key = '', value = '']) => [key, plain(value)])),
      children: [],
      text: '',
    }
    if (made.attributes.size !== pairs.length) throw new Error(`<${name}> repeats an attribute`)
    top.children.push(made)
    if (!selfClosing) open.push(made)
  }
  const [element, ...others] = root.children
  if (open.length !== 1 || !element || others.length > 0) throw new Error('not one whole element')
  return element
}

function plain(text: string): string {
  return text.replace(/&(#?\w+;)?/g, (whole, entity?: string) => {
    const name = entity?.slice(0, -1) ?? ''
    if (name.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)))
    const known = ENTITIES[name]
    if (known === undefined) throw new Error(`no entity: ${whole}`)
    return known
  })
}

/** All elements of a document, in the order of their starts. */
export const elementsOf = (xml: string): readonly Element[] => withDescendants(parseXml(xml))

const withDescendants = (element: Element): readonly Element[] => [
  element,
  ...element.children.flatMap(withDescendants),
]
