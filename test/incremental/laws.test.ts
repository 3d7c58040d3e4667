import fc from 'fast-check'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import { type Diagnostic, fieldPathText } from '../../src/diagnostics/diagnostic.js'
import { transactionText } from '../../src/diff/rules/transaction.js'
import { type Follower, follow } from '../../src/library.js'
import { LAYOUT_NAMES, type LayoutName } from '../../src/options/modes.js'
import type { RawOptions } from '../../src/options/table.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import { type Happening, happenings, keyOf, tell, type World } from '../arbitrary/history.js'
import { options } from '../arbitrary/options.js'
import { apply, canonical, commandsOf, emptyState } from './nft-model.js'

// What a follower holds after any history is what a compile makes of the objects that are there then, and
// its transactions, one after the other, bring nft there too.

const laws = suite('laws of following')

const RUNS = Number(process.env.FC_RUNS ?? 30)
const LENGTH = 12

/** The warnings of a comparison of all objects. */
const COMPARING = /^KN(?:046|10[3-8])$/

interface Reference {
  readonly rules: string | undefined
  readonly tables: ReturnType<typeof compile>['tables']
  readonly diagnostics: readonly string[]
}

/** A compile from scratch; `node` is the object of the node as it was last without errors. */
function reference(world: World, options: RawOptions, node: KubeObject | undefined): Reference {
  const objects = [...world].filter(([key]) => node === undefined || key !== keyOf(node))
  const all = node === undefined ? objects : [...objects, [keyOf(node), node] as const]
  const sources = all.map(([name, object]) => ({ name, text: JSON.stringify(object) }))
  const made = compile(sources, { ...options, 'skip-invalid': true })
  return { ...made, diagnostics: textsOf(made.diagnostics) }
}

/** Diagnostics in one order, without those of nodes, of which only the valid are compared. */
const textsOf = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics
    .filter(({ code, subject }) => !COMPARING.test(code) && !subject?.label.startsWith('Node '))
    .map(({ code, subject, path, message }) =>
      [code, subject?.label, fieldPathText(path), message].join(' '),
    )
    .sort()

/** Whether a Node object is one that a node can be made of: spoilt ones have an address that is none. */
const isSound = (node: KubeObject): boolean =>
  !JSON.stringify(node).includes('"address":"x"') &&
  node.apiVersion === 'v1' &&
  !JSON.stringify(node).includes('"port":"x"')

for (const layout of Object.keys(LAYOUT_NAMES) as LayoutName[]) {
  laws(`after any history all is as after a compile, ${layout}`, () => {
    fc.assert(
      fc.property(options, fc.boolean(), fc.boolean(), conflict, happenings(LENGTH), run(layout)),
      { numRuns: RUNS, includeErrorInReport: true },
    )
  })
}

const conflict = fc.constantFrom('error', 'first')

const run =
  (layout: LayoutName) =>
  (
    plan: RawOptions,
    comments: boolean,
    counters: boolean,
    onConflict: string,
    history: readonly Happening[],
  ): void => {
    const given = { ...plan, layout, comments, counters, 'on-conflict': onConflict }
    const follower = follow(given)
    const nft = emptyState()
    let world: World = new Map()
    let node: KubeObject | undefined
    let tables: Reference['tables'] = []
    for (const happening of history) {
      for (const { events, world: next } of tell(world, happening)) {
        world = next
        const own = world.get(`Node ${given.node}`)
        if (own && isSound(own)) node = own
        const { transaction } = follower.update(events)
        const expected = reference(world, given, node)
        apply(nft, transaction)
        compare(follower, nft, expected)
        // Nothing is done that a comparison of both compiles would not do.
        const smallest = transactionText(tables, expected.tables)
        assert.equal(commandsOf(transaction), commandsOf(smallest))
        tables = expected.tables
      }
    }
  }

function compare(
  follower: Follower,
  nft: ReturnType<typeof emptyState>,
  expected: Reference,
): void {
  assert.is(follower.rules(), expected.rules)
  assert.equal(textsOf(follower.diagnostics()), expected.diagnostics)
  const fresh = emptyState()
  apply(fresh, transactionText([], expected.tables))
  assert.equal(canonical(nft), canonical(fresh))
}

laws.run()
