import { visible } from '../util/text.js'

/** The message of a workflow command of GitHub Actions: it ends at a line end, and `%` escapes. */
export const githubData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** A property, such as a file name: `:` and `,` end it too. */
const githubProperty = (text: string): string =>
  githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')

/** The properties of a workflow command. */
export const githubProperties = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([name, value]) => `${name}=${githubProperty(visible(value))}`)
    .join(',')

/** Characters that could end a cell of a table, format text, link, mention, or begin HTML. */
const SPECIAL = /[\\`*_{}[\]<>|~#&@]/g

/** Foreign text in a cell of a Markdown table, as it is and on one line. */
export const markdownCell = (text: string): string =>
  visible(text)
    .replaceAll('\t', ' ')
    .replace(SPECIAL, special => (/[<>&@]/.test(special) ? entityOf(special) : `\\${special}`))

/** Mentions and HTML know no backslash. */
const entityOf = (character: string): string => `&#${character.charCodeAt(0)};`
