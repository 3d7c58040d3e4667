import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const imports = suite('the promise: imports')
const SRC = fileURLToPath(new URL('../../../src', import.meta.url))
const FOLDERS = ['traffic/promise', 'verify/what']

/** A second opinion must not be told the first: all that these folders may know. */
const MAY_KNOW =
  /^(?:util|address|model|traffic\/promise|verify\/what)\/|^(?:traffic\/packet|verify\/check)\.ts$/
/** Only the shapes of options and input are known, since they come with everything that they are for. */
const MAY_KNOW_TYPES =
  /^(?:options\/table|diagnostics\/diagnostic|generated\/types\.gen|input\/objects)\.ts$/

const files = FOLDERS.flatMap(folder =>
  readdirSync(join(SRC, folder)).map(name => `${folder}/${name}`),
)

imports('nothing of plan, rules and layouts is asked', () => {
  const strange = files.flatMap(file => {
    const text = readFileSync(join(SRC, file), 'utf8')
    return [...text.matchAll(/^import (type )?[^'"]*from '([^']+)'/gm)].flatMap(
      ([, isType, path = '']) => {
        const target = relative(SRC, resolve(SRC, dirname(file), path)).replace(/\.js$/, '.ts')
        const isKnown = MAY_KNOW.test(target) || (isType && MAY_KNOW_TYPES.test(target))
        return isKnown ? [] : [`${file} -> ${target}`]
      },
    )
  })
  assert.equal(strange, [])
  assert.ok(files.length >= 7)
})

imports('the decision knows nothing of what is tried', () => {
  const texts = files
    .filter(file => file.startsWith('traffic/promise/'))
    .map(file => readFileSync(join(SRC, file), 'utf8'))
  assert.not.ok(texts.some(text => text.includes('/verify/')))
})

imports.run()
