import type { Chain } from '../rules/table.js'
import { invariant } from '../util/errors.js'
import { type Flow, noted } from './flow.js'
import type { Site } from './match.js'
import { runRule } from './run-rule.js'
import type { Ending, Exit } from './run-statement.js'

/** One way out of a base chain. */
export interface Ended {
  readonly flow: Flow
  readonly ending: Ending
}

/** A base chain that is being run. */
interface Run {
  readonly site: Site
  readonly base: Chain
}

/** A chain that a run is in: `next` is the rule to come. */
interface Frame {
  readonly chain: Chain
  readonly next: number
  /** How many chains, jumped or gone to, lead to this one. */
  readonly depth: number
}

/**
 * Runs a base chain, with all chains it leads to, on a packet. Several ways out come in the order of
 * the choices that part them.
 *
 * @throws Error if a chain leads to a missing one or back to itself, which no kernel loads
 */
export const runChain = (site: Site, base: Chain, flow: Flow): readonly Ended[] =>
  runFrom({ site, base }, [{ chain: base, next: 0, depth: 0 }], flow)

/** Runs on from the innermost chain, the last of the frames. */
function runFrom(run: Run, start: readonly Frame[], startFlow: Flow): readonly Ended[] {
  let flow = startFlow
  const frames = [...start]
  for (let frame = frames.pop(); frame !== undefined; frame = frames.pop()) {
    const { chain, next } = frame
    const rule = chain.rules[next]
    if (rule === undefined) continue
    const exits = runRule(run.site, rule, { chain: chain.name, rule: next }, flow)
    if (exits === undefined) {
      frames.push({ chain, next: next + 1, depth: frame.depth })
      continue
    }
    const [only] = exits
    if (only === undefined || exits.length > 1) {
      return exits.flatMap(exit => follow(run, frames, frame, exit))
    }
    if (only.move.kind === 'end') return [{ flow: only.flow, ending: only.move.ending }]
    frames.push(...framesAfter(run, frame, only))
    flow = only.flow
  }
  return [policyOf(run, flow)]
}

const follow = (run: Run, outer: readonly Frame[], frame: Frame, exit: Exit): readonly Ended[] =>
  exit.move.kind === 'end'
    ? [{ flow: exit.flow, ending: exit.move.ending }]
    : runFrom(run, [...outer, ...framesAfter(run, frame, exit)], exit.flow)

/** What becomes of a chain's frame behind one of its rules. */
function framesAfter({ site }: Run, frame: Frame, { move }: Exit): readonly Frame[] {
  if (move.kind === 'return' || move.kind === 'end') return []
  const rest = { ...frame, next: frame.next + 1 }
  if (move.kind === 'next') return [rest]
  const chain = site.table.chains.get(move.chain)
  invariant(chain !== undefined, `${frame.chain.name} leads to missing chain ${move.chain}`)
  const depth = frame.depth + 1
  invariant(depth < site.table.chains.size, `${frame.chain.name} leads back to itself`)
  const entered = { chain, next: 0, depth }
  // A chain that is gone to returns to where the one before it would have.
  return move.kind === 'jump' ? [rest, entered] : [entered]
}

/** What a base chain says to a packet that its rules let pass. */
function policyOf({ site, base: { name, base, origin } }: Run, flow: Flow): Ended {
  if (base?.policy !== 'drop') return { flow, ending: { kind: 'accept' } }
  const { hook } = flow
  const step = { hook, table: site.table.label, chain: name, rule: 'policy', origin } as const
  return { flow: noted(flow, step), ending: { kind: 'drop' } }
}
