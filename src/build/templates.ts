import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import Handlebars from 'handlebars'

const TEMPLATE_DIR = fileURLToPath(new URL('../../templates', import.meta.url))

/** What the compiled templates may assume: safety first, the output is not HTML. */
const PRECOMPILE: PrecompileOptions & { preventIndent: boolean } = {
  noEscape: true,
  strict: true,
  preventIndent: true,
  knownHelpersOnly: true,
  knownHelpers: { each: true, if: true },
}

/** Every template file below `templates/`, by its path without extension (`nft/chain`). */
export function templateSources(): Map<string, string> {
  const files = readdirSync(TEMPLATE_DIR, { recursive: true, encoding: 'utf8' })
  const names = files.filter(file => file.endsWith('.hbs')).map(file => file.slice(0, -4))
  return new Map(
    names.sort().map(name => [name, readFileSync(`${TEMPLATE_DIR}/${name}.hbs`, 'utf8')]),
  )
}

/** All templates precompiled, as the text of `src/generated/templates.gen.ts`. */
export function compiledTemplates(): string {
  const entries = [...templateSources()].map(
    ([name, source]) => `  '${name}': ${String(Handlebars.precompile(source, PRECOMPILE))},`,
  )
  return [
    '// Generated from templates/ by `npm run generate`. Do not edit.',
    '// @ts-nocheck',
    '/** Precompiled template specs, by file name below templates/. */',
    'export const TEMPLATES = {',
    ...entries,
    '} as const',
    '',
  ].join('\n')
}
