import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Diagnostics } from '../../../src/diagnostics/diagnostic.js'
import { checkServiceCIDR } from '../../../src/model/validate/objects.js'
import { found, inputObject } from '../objects.js'

const rules = suite('service CIDR')

function check(...cidrs: string[]): string[] {
  const problems = new Diagnostics()
  const value = { metadata: { name: 'kubernetes' }, spec: { cidrs } }
  checkServiceCIDR(inputObject('ServiceCIDR', value), problems)
  return found(problems)
}

rules('ranges are CIDRs', () => {
  assert.equal(check('10.96.0.0/12', 'fd00:10:96::/112'), [])
  assert.equal(check(), [])
  assert.equal(check('10.96.0.0'), ['KN022 spec.cidrs.0'])
  assert.equal(check('10.96.0.0/12', '10.97.0.1/16'), ['KN024 spec.cidrs.1'])
})

rules.run()
