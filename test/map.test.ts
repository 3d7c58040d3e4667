import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'

const map = suite('map of the source')
const SRC = new URL('../src/', import.meta.url)
const text = readFileSync(fileURLToPath(new URL('README.md', SRC)), 'utf8')

map('every path that it names is there', () => {
  const paths = [...text.matchAll(/`((?:\.\.\/)?[\w./-]*(?:\/|\.(?:ts|md|json)))`/g)].flatMap(
    ([, path = '']) => path,
  )
  const missing = paths.filter(path => !existsSync(fileURLToPath(new URL(path, SRC))))
  // Files of a folder that was just named stand without it.
  const short = missing.filter(path => path.includes('/'))
  assert.equal(short, [])
  assert.ok(paths.length > 30, `${paths.length} paths`)
})

map('every folder of the source is named', () => {
  const folders = readdirSync(SRC, { withFileTypes: true }).filter(entry => entry.isDirectory())
  assert.equal(
    folders.map(({ name }) => name).filter(name => !new RegExp(`\\b${name}\\b`).test(text)),
    [],
  )
  assert.ok(folders.length > 20)
})

map.run()
