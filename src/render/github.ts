/** The message of a workflow command of GitHub Actions: it ends at a line end, and `%` escapes. */
export const githubData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')

/** A property of a workflow command, such as a file name: `:` and `,` end it too. */
export const githubProperty = (text: string): string =>
  githubData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
