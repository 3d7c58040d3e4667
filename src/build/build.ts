import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buildProgram } from '../commands/program.js'
import { commandLineOf } from '../commands/usage/command-line.js'
import { manPages } from '../commands/usage/man.js'
import { bundleCommand, bundleForBrowsers, bundleLibrary, PACKAGE_VERSION, ROOT } from './bundle.js'
import { commandPages } from './pages.js'

// What is published: the command and its man pages, the library, the same for browsers, and the library's types.
rmSync(`${ROOT}/dist`, { recursive: true, force: true })
await bundleCommand(`${ROOT}/dist/cli.cjs`)
await bundleLibrary(`${ROOT}/dist/index.js`)
await bundleForBrowsers(`${ROOT}/dist/browser.js`)
const commandLine = commandLineOf(buildProgram(() => {}))
for (const [file, page] of manPages(commandLine, commandPages(), PACKAGE_VERSION))
  writeFileSync(`${ROOT}/dist/${file}`, page)

const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc')
execFileSync(process.execPath, [tsc, '-p', 'src/build/tsconfig.types.json'], {
  cwd: ROOT,
  stdio: 'inherit',
})
// tsc does not copy what is declared by hand.
const declared = 'generated/validators.gen.d.ts'
copyFileSync(`${ROOT}/src/${declared}`, `${ROOT}/dist/types/${declared}`)
