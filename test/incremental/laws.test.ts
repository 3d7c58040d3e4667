import fc from 'fast-check'
import { suite } from 'uvu'
import { follow } from '../../src/library.js'
import { LAYOUT_NAMES, type LayoutName } from '../../src/options/modes.js'
import { UsageError } from '../../src/util/errors.js'
import { happenings, tell } from '../arbitrary/history.js'
import { options } from '../arbitrary/options.js'
import { witness } from './witness.js'

// What a follower holds after any history is what a compile makes of the objects that are there then, and
// its transactions, one after the other, bring nft there too. FC_RUNS=N tries more of them.

const laws = suite('laws of following')

const RUNS = Number(process.env.FC_RUNS ?? 40)
const LENGTH = 12

const settings = fc.record({
  plan: options,
  comments: fc.boolean(),
  counters: fc.boolean(),
  'on-conflict': fc.constantFrom('error', 'first'),
  'ip-family': fc.constantFrom('dual', 'ipv4', 'ipv6'),
})

for (const layout of Object.keys(LAYOUT_NAMES) as LayoutName[]) {
  laws(`after any history all is as after a compile, ${layout}`, () => {
    fc.assert(
      fc.property(settings, happenings(LENGTH), (some, history) => {
        const { update, world } = witness({ ...flat(some), layout })
        for (const happening of history)
          for (const events of tell(world(), happening)) update(events)
      }),
      { numRuns: RUNS, includeErrorInReport: true },
    )
  })
}

laws('other options in the middle are as if they had been given before', () => {
  const layouts = fc.constantFrom(...(Object.keys(LAYOUT_NAMES) as LayoutName[]))
  fc.assert(
    fc.property(
      fc.tuple(settings, settings),
      fc.tuple(layouts, layouts),
      happenings(LENGTH / 2),
      happenings(LENGTH / 2),
      ([first, second], [layout, other], before, behind) => {
        const { update, configure, world } = witness({ ...flat(first), layout })
        for (const happening of before)
          for (const events of tell(world(), happening)) update(events)
        try {
          configure({ ...flat(second), layout: other })
        } catch (error) {
          // A node that is not known.
          if (!(error instanceof UsageError)) throw error
        }
        for (const happening of behind)
          for (const events of tell(world(), happening)) update(events)
      },
    ),
    { numRuns: RUNS, includeErrorInReport: true },
  )
})

laws('whatever stands in the fields of an object, the rest is followed', () => {
  const kinds = fc.constantFrom(
    ['v1', 'Service'],
    ['v1', 'Endpoints'],
    ['v1', 'Node'],
    ['discovery.k8s.io/v1', 'EndpointSlice'],
    ['networking.k8s.io/v1', 'ServiceCIDR'],
  )
  const junk = fc
    .tuple(kinds, fc.constantFrom('svc-0', 'worker-1', '__proto__'), fc.jsonValue(), fc.jsonValue())
    .map(([[apiVersion, kind], name, one, other]) => ({
      ...{
        apiVersion,
        kind,
        spec: one,
        status: other,
        subsets: other,
        endpoints: one,
        ports: other,
      },
      metadata: { name, namespace: 'default', labels: one, annotations: other },
      addressType: 'IPv4',
    }))
  fc.assert(
    fc.property(settings, happenings(LENGTH / 4), fc.array(junk), (some, history, objects) => {
      const { update, world } = witness(flat(some))
      for (const happening of history) for (const events of tell(world(), happening)) update(events)
      // A witness knows its own spoilt Node objects only.
      const given = JSON.parse(JSON.stringify(objects)) as typeof objects
      const others = given.filter(({ kind }) => kind !== 'Node')
      for (const object of others) update([{ type: 'MODIFIED', object }])
      const follower = follow(flat(some))
      for (const object of objects) follower.update([{ type: 'ADDED', object }])
    }),
    { numRuns: RUNS, includeErrorInReport: true },
  )
})

const flat = <T extends { readonly plan: object }>({ plan, ...others }: T) => ({
  ...plan,
  ...others,
})

laws.run()
