import { visible } from '../util/text.js'

/** Characters that could end a cell of a table, format text, link, mention, or begin HTML. */
const SPECIAL = /[\\`*_{}[\]<>|~#&@]/g

/** Foreign text in a cell of a Markdown table, as it is and on one line. */
export const markdownCell = (text: string): string =>
  visible(text)
    .replaceAll('\t', ' ')
    .replace(SPECIAL, special => (/[<>&@]/.test(special) ? entityOf(special) : `\\${special}`))

/** Mentions and HTML know no backslash. */
const entityOf = (character: string): string => `&#${character.charCodeAt(0)};`
