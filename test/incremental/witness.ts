import * as assert from 'uvu/assert'
import { compile } from '../../src/compile.js'
import { type Diagnostic, fieldPathText } from '../../src/diagnostics/diagnostic.js'
import { transactionText } from '../../src/diff/rules/transaction.js'
import type { Update } from '../../src/incremental/follow.js'
import type { WatchEvent } from '../../src/incremental/objects.js'
import { follow } from '../../src/library.js'
import type { RawOptions } from '../../src/options/table.js'
import type { Table } from '../../src/rules/table.js'
import type { KubeObject } from '../arbitrary/cluster.js'
import { after, keyOf, type World } from '../arbitrary/history.js'
import { apply, canonical, commandsOf, emptyState } from './nft-model.js'

/** A follower that is held against a compile from scratch after each step. */
export interface Witness {
  readonly update: (events: readonly WatchEvent[]) => Update
  readonly configure: (options: RawOptions) => Update
  readonly world: () => World
}

export function witness(first: RawOptions): Witness {
  const follower = follow(first)
  const nft = emptyState()
  let options = first
  let world: World = new Map()
  let node: KubeObject | undefined
  let tables: readonly Table[] = []

  const compare = (update: Update): Update => {
    const expected = reference(world, options, node)
    assert.is(follower.rules(), expected.rules)
    assert.equal(textsOf(follower.diagnostics()), textsOf(expected.diagnostics))
    apply(nft, update.transaction)
    const fresh = emptyState()
    apply(fresh, transactionText([], expected.tables))
    assert.equal(canonical(nft), canonical(fresh))
    // Nothing is done that a comparison of both compiles would not do.
    const smallest = transactionText(tables, expected.tables)
    assert.equal(commandsOf(update.transaction), commandsOf(smallest))
    tables = expected.tables
    return update
  }
  const own = () => world.get(`Node ${options.node}`)
  return {
    update: events => {
      world = after(world, events)
      const found = own()
      if (found && isSound(found)) node = found
      return compare(follower.update(events))
    },
    configure: changed => {
      const update = follower.configure(changed)
      const same = options.node === changed.node
      options = changed
      const found = own()
      node = found && isSound(found) ? found : same ? node : undefined
      return compare(update)
    },
    world: () => world,
  }
}

/** A compile from scratch; `node` is the object of the node as it was last without errors. */
function reference(world: World, options: RawOptions, node: KubeObject | undefined) {
  const objects = [...world].filter(([key]) => node === undefined || key !== keyOf(node))
  const own = node === undefined ? [] : [[keyOf(node), node] as const]
  const all = [...objects, ...own, ['filler', FILLER] as const]
  const sources = all.map(([name, object]) => ({ name, text: JSON.stringify(object) }))
  return compile(sources, { ...options, 'skip-invalid': true })
}

/** Nothing is made of it. A compile refuses to make rules of nothing, as a follower of watches does not. */
const FILLER = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name: 'filler', namespace: 'filler' },
  addressType: 'FQDN',
}

/** The warnings of a comparison of all objects, which a follower does not make. */
const COMPARING = /^KN(?:046|10[3-8]|259)$/

/** Diagnostics in one order, without those of Node objects, of which a compile gets the sound ones. */
const textsOf = (diagnostics: readonly Diagnostic[]): readonly string[] =>
  diagnostics
    .filter(({ code, subject }) => !COMPARING.test(code) && !subject?.label.startsWith('Node '))
    .map(({ code, subject, path, message }) =>
      [code, subject?.label, fieldPathText(path), message].join(' '),
    )
    .sort()

/** Whether a Node object is one of those that are not spoilt. */
const isSound = (node: KubeObject): boolean =>
  node.apiVersion === 'v1' && !/"(?:address|port)":"x"/.test(JSON.stringify(node))
