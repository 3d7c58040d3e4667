import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { updateRefusal } from '../src/golden/golden.js'
import { differencesOf, goldenCases, goldenNamed, updateCase } from './golden/cases.js'

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

for (const { name } of cases) {
  goldens(name, () => {
    if (update) updateCase(goldenNamed(name))
    const golden = goldenNamed(name)
    const diff = differencesOf(golden)
    assert.is(diff, '', `differs from expected (UPDATE_GOLDEN=1 rewrites):\n${diff}`)
  })
}

goldens.run()
