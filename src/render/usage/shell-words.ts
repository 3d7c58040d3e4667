// A word for each shell, so that it reads the very text and nothing in it does anything.

/** A word of bash, zsh and POSIX shells. */
export const shWord = (text: string): string =>
  /^[\w@%+:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** A word of fish, which knows two escapes between single quotes. */
export const fishWord = (text: string): string =>
  /^[\w@+:,./-]+$/.test(text) ? text : `'${text.replace(/[\\']/g, '\\$&')}'`

/** Text inside a specification of zsh's `_arguments` and `_values`, still to be quoted as a word. */
export const zshSpecText = (text: string): string => text.replace(/[\\:[\]]/g, '\\$&')
