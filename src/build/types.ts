import { readFileSync } from 'node:fs'
import { compile } from 'json-schema-to-typescript'
import { REPORT_SCHEMAS, SCHEMA_DIR, SCHEMAS } from './schemas.js'

/** TypeScript types of what is read, as the text of `src/generated/types.gen.ts`. */
export const schemaTypes = (): Promise<string> => typesOf('AllSchemas', SCHEMAS)

/** TypeScript types of the reports, as the text of `src/generated/reports.gen.ts`: for reading only. */
export async function reportTypes(): Promise<string> {
  const text = await typesOf('AllReports', REPORT_SCHEMAS)
  return text.replace(/(?<=^\s+\w+\??: )(?=\w+\[\]$)/gm, 'readonly ')
}

async function typesOf(title: string, names: readonly string[]): Promise<string> {
  // One schema that refers to every file, so that shared definitions are declared once.
  const properties = Object.fromEntries(names.map(name => [name, { $ref: `${name}.json` }]))
  const all = { title, type: 'object', properties, additionalProperties: false }
  const text = await compile(all as Parameters<typeof compile>[0], title, {
    cwd: SCHEMA_DIR,
    additionalProperties: false,
    ignoreMinAndMaxItems: true,
    unknownAny: true,
    bannerComment: '/* Generated from src/schema/*.json by `npm run generate`. Do not edit. */',
    style: { singleQuote: true, semi: false },
  })
  return text
}

/** One schema file as an object. */
export function schemaOf(name: string): object {
  return JSON.parse(readFileSync(`${SCHEMA_DIR}/${name}.json`, 'utf8')) as object
}
