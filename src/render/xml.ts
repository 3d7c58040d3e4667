import { visible } from '../util/text.js'

/** Text that may stand in XML, between tags and in attributes. Made by `xmlText` only. */
export type XmlText = string & { readonly brand: 'XmlText' }

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // An attribute would turn it into a blank.
  '\t': '&#9;',
}

/**
 * Foreign text for XML 1.0, of one or more lines. What XML forbids even as a reference (most control
 * characters, lone surrogates, U+FFFE and U+FFFF) is spelt `\u001b`, as is what cannot be seen.
 */
export const xmlText = (text: string): XmlText =>
  text
    .split('\n')
    .map(visible)
    .join('\n')
    .replace(/[\ufffe\uffff]/g, spelt => `\\u${spelt.charCodeAt(0).toString(16)}`)
    .replace(/[&<>"'\t]/g, character => ENTITIES[character] ?? '') as XmlText

/** The same as the value of an attribute, where a reader would turn line ends into blanks. */
export const xmlAttribute = (text: string): XmlText =>
  xmlText(text).replaceAll('\n', '&#10;') as XmlText
