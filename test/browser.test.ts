import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createContext, runInContext } from 'node:vm'
import { transformSync } from 'esbuild'
import { chromium } from 'playwright-core'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundleForBrowsers } from '../src/build/bundle.js'
import type * as kubenat from '../src/index.js'
import { compile } from '../src/index.js'
import { goldenNamed } from './golden/cases.js'

/** Debian's name of the package and the command; elsewhere it is called otherwise. */
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

const browser = suite('library in browsers')
const folder = mkdtempSync(join(tmpdir(), 'kubenat-browser-'))
const bundle = join(folder, 'browser.js')
const { sources, options } = goldenNamed('example-shop')

browser.before(() => bundleForBrowsers(bundle))
browser.after(() => rmSync(folder, { recursive: true, force: true }))

browser('the bundle needs nothing of Node.js', () => {
  const text = readFileSync(bundle, 'utf8')
  const { code } = transformSync(text, { format: 'iife', globalName: 'kubenat' })
  // A world without process, Buffer and require.
  const world = createContext({ TextDecoder, TextEncoder })
  runInContext(code, world)
  const call = `kubenat.compile(${JSON.stringify(sources)}, ${JSON.stringify(options)}).rules`
  assert.is(runInContext(call, world), compile(sources, options).rules)
})

browser('Chromium compiles the same bytes', async () => {
  const executablePath = CHROMIUM.find(path => {
    try {
      return readFileSync(path) !== undefined
    } catch {
      return false
    }
  })
  if (executablePath === undefined) {
    assert.not(process.env.CI, 'CI has the package chromium')
    console.error('SKIPPED: there is no Chromium (package chromium) to run the library in')
    return
  }
  const app = await chromium.launch({ executablePath, args: ['--no-sandbox'] })
  try {
    const page = await app.newPage()
    const url = `data:text/javascript;base64,${readFileSync(bundle).toString('base64')}`
    const rules = await page.evaluate(
      async ([from, objects, flags]) => {
        const { compile }: typeof kubenat = await import(from)
        return compile(objects, flags).rules
      },
      [url, sources, options] as const,
    )
    assert.is(rules, compile(sources, options).rules)
  } finally {
    await app.close()
  }
})

browser.run()
