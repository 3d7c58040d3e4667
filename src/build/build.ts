import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { bundleCommand, bundleLibrary, ROOT } from './bundle.js'

// What is published: the command, the library, and the library's types.
rmSync(`${ROOT}/dist`, { recursive: true, force: true })
await bundleCommand(`${ROOT}/dist/cli.cjs`)
await bundleLibrary(`${ROOT}/dist/index.js`)

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'src/build/tsconfig.types.json'], {
  cwd: ROOT,
  stdio: 'inherit',
})
// tsc does not copy what is declared by hand.
const declared = 'schema/validators.gen.d.ts'
copyFileSync(`${ROOT}/src/${declared}`, `${ROOT}/dist/types/${declared}`)
