import { type Diagnostic, Diagnostics, type Source } from '../../src/diagnostics/diagnostic.js'
import { locateAll, positionsOf } from '../../src/input/locate.js'
import { type ParsedObject, parseSources } from '../../src/input/objects.js'

/** An input text. */
export const source = (text: string, name = 'input.yaml'): Source => ({ name, text })

/** What one text is parsed to. */
export function parse(text: string): { objects: ParsedObject[]; problems: Diagnostics } {
  const problems = new Diagnostics()
  return { objects: parseSources([source(text)], problems), problems }
}

/** The values of one text that has to be without any problem. */
export function valuesOf(text: string): unknown[] {
  const { objects, problems } = parse(text)
  if (problems.all().length > 0) throw new Error(reported(problems).join('\n'))
  return objects.map(object => object.value)
}

/** Problems as `line:column code message`, with the position only where there is one. */
export const reported = (problems: Diagnostics): string[] =>
  problems.all().map(({ code, message, ...rest }) => `${where(rest)}${code} ${message}`)

function where({ at, subject, path }: Pick<Diagnostic, 'at' | 'subject' | 'path'>): string {
  const [position] = subject
    ? locateAll([{ place: subject.place, path }])
    : at?.offset === undefined
      ? []
      : positionsOf(at.source.text, [at.offset])
  return position ? `${position.line}:${position.column} ` : ''
}
