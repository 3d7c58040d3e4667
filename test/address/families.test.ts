import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Family, wantedFamilies } from '../../src/address/address.js'

const families = suite('wanted families')

const DUAL: Family[] = ['IPv4', 'IPv6']
const DUAL6: Family[] = ['IPv6', 'IPv4']

families('a Service that says nothing gets the first family of the cluster', () => {
  assert.equal(wantedFamilies({}, DUAL), ['IPv4'])
  assert.equal(wantedFamilies({}, DUAL6), ['IPv6'])
  assert.equal(wantedFamilies({ ipFamilies: [], ipFamilyPolicy: 'SingleStack' }, ['IPv6']), [
    'IPv6',
  ])
  assert.equal(wantedFamilies({}, []), ['IPv4'])
})

families('PreferDualStack takes what the cluster has, the primary family first', () => {
  const ipFamilyPolicy = 'PreferDualStack'
  assert.equal(wantedFamilies({ ipFamilyPolicy }, ['IPv4']), ['IPv4'])
  assert.equal(wantedFamilies({ ipFamilyPolicy }, DUAL6), DUAL6)
  assert.equal(wantedFamilies({ ipFamilyPolicy, ipFamilies: ['IPv6'] }, DUAL), DUAL6)
})

families('RequireDualStack takes both whatever the cluster has', () => {
  const ipFamilyPolicy = 'RequireDualStack'
  assert.equal(wantedFamilies({ ipFamilyPolicy }, []), DUAL)
  assert.equal(wantedFamilies({ ipFamilyPolicy }, ['IPv6']), DUAL6)
  assert.equal(wantedFamilies({ ipFamilyPolicy, ipFamilies: ['IPv6'] }, ['IPv4']), DUAL6)
})

families('ipFamilies are kept in their order, with or without a policy', () => {
  assert.equal(wantedFamilies({ ipFamilies: ['IPv6'] }, DUAL), ['IPv6'])
  assert.equal(wantedFamilies({ ipFamilies: DUAL6 }, ['IPv4']), DUAL6)
})

families.run()
