import { XmlDocument, XmlElement, XmlText } from 'libxml2-wasm'

/** An element of an XML text. */
export interface Element {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  /** The text between the tags, that of children left out. */
  readonly text: string
}

/** All elements of a document, in the order of their starts; throws on anything that is no XML. */
export function elementsOf(xml: string): readonly Element[] {
  const document = XmlDocument.fromString(xml)
  try {
    return withDescendants(document.root)
  } finally {
    document.dispose()
  }
}

function withDescendants(element: XmlElement): readonly Element[] {
  const children = []
  for (let child = element.firstChild; child; child = child.next) children.push(child)
  const text = children.flatMap(child => (child instanceof XmlText ? child.content : []))
  return [
    {
      name: element.name,
      attributes: new Map(element.attrs.map(({ name, value }) => [name, value])),
      text: text.join(''),
    },
    ...children.flatMap(child => (child instanceof XmlElement ? withDescendants(child) : [])),
  ]
}
