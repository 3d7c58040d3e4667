import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { follow } from '../../src/library.js'
import { LAYOUT_NAMES, type LayoutName } from '../../src/options/modes.js'
import { after, happenings, tell, type World } from '../arbitrary/history.js'
import { options } from '../arbitrary/options.js'
import { listAfterEach } from './canonical.js'
import { nftVersions } from './nft.js'

// The transactions of a follower, one after another in the real kernel, list as its rules loaded at once.

const following = suite('following in the kernel')

const RUNS = Number(process.env.FC_RUNS ?? 15)
const LENGTH = 10

const layouts = fc.constantFrom(...(Object.keys(LAYOUT_NAMES) as LayoutName[]))

for (const nft of nftVersions()) {
  following(`transactions after any history list as the rules, nft ${nft.version}`, async () => {
    await fc.assert(
      fc.asyncProperty(options, layouts, happenings(LENGTH), async (plan, layout, history) => {
        const follower = follow({ ...plan, layout, 'on-conflict': 'first' })
        let world: World = new Map()
        const transactions: string[] = []
        for (const happening of history) {
          for (const events of tell(world, happening)) {
            world = after(world, events)
            transactions.push(follower.update(events).transaction)
          }
        }
        const rules = follower.rules() ?? ''
        const listings = await listAfterEach(nft, [...transactions, `flush ruleset\n${rules}`])
        const [changed, fresh] = listings.slice(-2)
        assert.is(changed?.text, fresh?.text)
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    )
  })
}

following.run()
