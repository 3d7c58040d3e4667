import * as assert from 'uvu/assert'

/** An element of a document: its attributes and its own text, references resolved. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly text: string
}

const TOKEN =
  /<\?xml version="1\.0" encoding="UTF-8"\?>|<\/(\w+)>|<(\w+)((?: \w+="[^"<&]*(?:&(?:\w+|#\d+);[^"<&]*)*")*)(\/?)>|([^<]+)/y

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&#9;': '\t',
}

function resolved(text: string): string {
  return text.replace(/&[^;]*;?/g, reference => {
    assert.ok(Object.hasOwn(ENTITIES, reference), `the reference ${reference}`)
    return ENTITIES[reference] ?? ''
  })
}

/** The elements of a well-formed document in the order of their starts; throws if it is not. */
export function elementsOf(xml: string): readonly Element[] {
  const elements: { name: string; attributes: Record<string, string>; text: string }[] = []
  const open: typeof elements = []
  TOKEN.lastIndex = 0
  while (TOKEN.lastIndex < xml.length) {
    const at = TOKEN.lastIndex
    const match = TOKEN.exec(xml)
    assert.ok(match, `not XML: ${xml.slice(at, at + 80)}`)
    const [, end, start, attributes = '', isEmpty, text] = match ?? []
    if (end !== undefined) assert.is(open.pop()?.name, end)
    if (start !== undefined) {
      const pairs = [...attributes.matchAll(/(\w+)="([^"]*)"/g)]
      const element = {
        name: start,
        attributes: Object.fromEntries(pairs.map(([, key, value = '']) => [key, resolved(value)])),
        text: '',
      }
      assert.is(Object.keys(element.attributes).length, pairs.length, 'an attribute twice')
      elements.push(element)
      if (isEmpty !== '/') open.push(element)
    }
    const inner = open.at(-1)
    if (text !== undefined && inner) inner.text += resolved(text)
    else if (text !== undefined) assert.match(text, /^\s*$/)
  }
  assert.equal(open, [])
  return elements
}
