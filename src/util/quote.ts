const MAX_QUOTED = 80

/** JSON.stringify gives up on what is nested too deep, which JSON.parse reads all the same. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'nothing'
  } catch {
    return 'a deeply nested value'
  }
}

/**
 * Foreign text for a message: quoted, escaped so that it cannot drive a terminal, and cut to a length
 * that fits a line.
 */
export function quote(value: unknown): string {
  const text = textOf(value).replace(
    // JSON leaves DEL, the C1 control characters and the Unicode line separators as they are.
    /[\u007f-\u009f\u2028\u2029]/g,
    char => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return text.length > MAX_QUOTED
    ? `${text.slice(0, MAX_QUOTED).replace(/[\ud800-\udbff]$/, '')}...`
    : text
}
