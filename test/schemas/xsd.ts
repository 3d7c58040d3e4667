import { type Element, parseXml } from '../xml.js'

/**
 * What is wrong with a document by an XSD of the plain kind that JUnit's is: names of elements and
 * attributes, required attributes, patterns of simple types, and where text may stand.
 */
export function xsdFaults(xsd: string, xml: string): string[] {
  const schema = parseXml(xsd)
  const global = (kind: string, name: string | undefined): Element | undefined =>
    schema.children.find(one => one.name === `xs:${kind}` && one.attributes.get('name') === name)
  const within = (element: Element, kind: string): Element[] =>
    element.children.flatMap(one => [
      ...(one.name === `xs:${kind}` ? [one] : []),
      ...within(one, kind),
    ])

  function faults(element: Element, declared: Element): string[] {
    const type = global('complexType', declared.attributes.get('type')) ?? declared
    const attributes = within(type, 'attribute')
    const refs = within(type, 'element').map(one => one.attributes.get('ref') ?? '')
    const found = [...element.attributes.keys()]
    const isMixed =
      declared.attributes.get('type') === 'xs:string' ||
      within(type, 'complexType').some(one => one.attributes.get('mixed') === 'true')
    return [
      ...found
        .filter(name => !attributes.some(one => one.attributes.get('name') === name))
        .map(name => `<${element.name}> has no attribute ${name}`),
      ...attributes
        .filter(one => one.attributes.get('use') === 'required')
        .map(one => one.attributes.get('name') ?? '')
        .filter(name => !found.includes(name))
        .map(name => `<${element.name}> needs the attribute ${name}`),
      ...(isMixed || element.text.trim() === '' ? [] : [`<${element.name}> holds text`]),
      ...element.children.flatMap(child => {
        const known = refs.includes(child.name) ? global('element', child.name) : undefined
        return known ? faults(child, known) : [`<${element.name}> holds <${child.name}>`]
      }),
    ]
  }

  const root = parseXml(xml)
  const declared = global('element', root.name)
  return declared ? faults(root, declared) : [`no root element <${root.name}>`]
}
