import { readFileSync } from 'node:fs'
import { compile } from 'json-schema-to-typescript'
import { OUTPUT_SCHEMAS, SCHEMA_DIR, SCHEMAS } from './schemas.js'

/** TypeScript types of all schema files, as the text of `src/schema/types.gen.ts`. */
export async function schemaTypes(): Promise<string> {
  // One schema that refers to every file, so that shared definitions are declared once.
  const names = [...SCHEMAS, ...OUTPUT_SCHEMAS]
  const properties = Object.fromEntries(names.map(name => [name, { $ref: `${name}.json` }]))
  const all = { title: 'AllSchemas', type: 'object', properties, additionalProperties: false }
  const text = await compile(all as Parameters<typeof compile>[0], 'AllSchemas', {
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
