import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { agentProgram } from './agent.js'
import { COMMAND_PAGES, pageTexts, pageWithTables } from './pages.js'
import { compiledTemplates } from './templates.js'
import { reportTypes, schemaTypes } from './types.js'
import { schemaValidators } from './validators.js'

/** Every generated file of the repository and what makes it. */
const GENERATED: Record<string, () => string | Promise<string>> = {
  'src/generated/types.gen.ts': schemaTypes,
  'src/generated/reports.gen.ts': reportTypes,
  'src/generated/validators.gen.js': schemaValidators,
  'src/generated/templates.gen.ts': compiledTemplates,
  'src/generated/agent.gen.ts': agentProgram,
  ...Object.fromEntries(COMMAND_PAGES.map(page => [page, () => pageWithTables(page)])),
  // Made from these.
  'src/generated/pages.gen.ts': pageTexts,
}

const check = process.argv.includes('--check')
for (const [file, make] of Object.entries(GENERATED)) {
  const path = fileURLToPath(new URL(`../../${file}`, import.meta.url))
  const text = await make()
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
  if (check) {
    console.error(`${file} is out of date: run npm run generate`)
    process.exitCode = 1
  } else {
    writeFileSync(path, text)
    console.error(`wrote ${file}`)
  }
}
