const NAMES: Readonly<Record<string, string>> = {
  '\\': '\\e',
  // A plain one is a hyphen, which cannot be copied from a page into a shell; so with the others.
  '-': '\\-',
  "'": '\\(aq',
  '"': '\\(dq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
}

const characterOf = (one: string): string =>
  NAMES[one] ?? (one > '~' ? `\\[u${one.codePointAt(0)?.toString(16).toUpperCase()}]` : one)

/** Text for a line of roff, also as an argument of a macro: a request it cannot be, and it prints as is. */
export const roffText = (text: string): string =>
  [...text]
    .map(characterOf)
    .join('')
    .replace(/^(?=\.)/gm, '\\&')
