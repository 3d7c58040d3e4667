import { fileURLToPath } from 'node:url'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { discoverCases, layoutFile, RESTORE_FILES } from '../src/golden/case.js'
import { runCase, updateRefusal } from '../src/golden/golden.js'

const goldens = suite('golden cases')
const REQUIRED = [layoutFile('maps'), ...RESTORE_FILES]
const { cases, problems } = discoverCases(fileURLToPath(new URL('../golden', import.meta.url)))
const wantsUpdate = process.env.UPDATE_GOLDEN === '1'
const refusal = wantsUpdate ? updateRefusal(process.env) : undefined
const update = wantsUpdate && refusal === undefined

goldens('the folder holds cases and nothing else', () => {
  assert.equal(problems, [])
  assert.ok(cases.length >= 48, `at least 48 cases, found ${cases.length}`)
})

goldens('UPDATE_GOLDEN=1 is not used under CI', () => {
  assert.is(refusal, undefined)
})

for (const golden of cases) {
  goldens(golden.name, () => {
    const { status, differences } = runCase(golden, { update, required: REQUIRED })
    const diff = differences.map(difference => difference.diff).join('')
    assert.is.not(status, 'different', `differs from expected (UPDATE_GOLDEN=1 rewrites):\n${diff}`)
  })
}

goldens.run()
