import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { updateRefusal } from '../src/golden/golden.js'
import {
  BASES,
  differencesOf,
  filesOf,
  goldenCases,
  goldenNamed,
  updateCase,
} from './golden/cases.js'

// What a case stores makes, with the base, exactly what a compile gives; see golden/README.md.

const goldens = suite('golden cases')
const cases = goldenCases()
const wantsUpdate = process.env.UPDATE_GOLDEN === '1'
const refusal = wantsUpdate ? updateRefusal(process.env) : undefined
const update = wantsUpdate && refusal === undefined

goldens('the folder holds cases', () => {
  assert.ok(cases.length >= 48, `at least 48 cases, found ${cases.length}`)
})

goldens('UPDATE_GOLDEN=1 is not used under CI', () => {
  assert.is(refusal, undefined)
})

// Excerpts are from new bases.
if (update) for (const name of BASES) updateCase(goldenNamed(name))

for (const { name } of cases) {
  goldens(name, () => {
    if (update) updateCase(goldenNamed(name))
    const golden = goldenNamed(name)
    const diff = differencesOf(golden)
    assert.is(diff, '', `differs from expected (UPDATE_GOLDEN=1 rewrites):\n${diff}`)
    for (const [file, text] of filesOf(golden))
      assert.is(
        readFileSync(join(golden.dir, file), 'utf8'),
        text,
        `${file} is no shortest excerpt`,
      )
  })
}

goldens.run()
