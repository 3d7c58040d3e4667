// Control characters could drive the terminal; bidirectional marks could turn a line around; line
// separators and lone surrogates cannot be told from what they are next to.
const INVISIBLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g

/** Foreign text as it may be shown on a terminal: what cannot be seen is spelt `\u001b`. Tabs stay. */
export function visible(text: string): string {
  return text.replace(
    INVISIBLE,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
