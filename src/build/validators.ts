import { Ajv } from 'ajv'
import standalone from 'ajv/dist/standalone/index.js'
import { build } from 'esbuild'
import { SCHEMA_DIR, SCHEMAS } from './schemas.js'
import { schemaOf } from './types.js'

/**
 * Validators of all schema files as one self-contained ES module, the text of
 * `src/generated/validators.gen.js`. Standalone code: ajv itself is not shipped and nothing is compiled
 * at start.
 */
export async function schemaValidators(): Promise<string> {
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    strict: true,
    allowUnionTypes: true,
    code: { source: true, esm: true },
  })
  // `expect` says in words what a value has to be; the messages quote it.
  ajv.addKeyword('expect')
  for (const name of SCHEMAS) ajv.addSchema(schemaOf(name))
  const exports = Object.fromEntries(SCHEMAS.map(name => [exportName(name), `${name}.json`]))
  const source = standalone.default(ajv, exports)
  // The standalone text still requires ajv's small runtime helpers: bundle them in.
  const bundled = await build({
    stdin: { contents: source, resolveDir: SCHEMA_DIR, loader: 'js' },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    legalComments: 'none',
    minifySyntax: true,
    minifyWhitespace: true,
  })
  const banner = '// Generated from src/schema/*.json by `npm run generate`. Do not edit.\n'
  return banner + (bundled.outputFiles[0]?.text ?? '')
}

const exportName = (schema: string): string =>
  schema.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
