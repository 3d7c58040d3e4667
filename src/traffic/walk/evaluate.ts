import { familyOf } from '../../address/address.js'
import { localTest } from '../../address/ranges.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { Statement } from '../../rules/statement.js'
import type { Chain, Rule, TableFamily } from '../../rules/table.js'
import { invariant } from '../../util/errors.js'
import {
  type Branch,
  type Fraction,
  fraction,
  type NodeState,
  type Outcome,
  type Packet,
  type Step,
  times,
} from '../packet.js'
import { type Flow, noted, pathOf, startOf, toNextHook } from './flow.js'
import { chanceOf, isEffectless } from './foreign.js'
import type { TablesIndex } from './index-tables.js'
import { matches } from './match.js'
import {
  type Answers,
  type Ending,
  type Exit,
  type Found,
  NEXT,
  type Site,
  type Unknown,
  unknown,
} from './site.js'
import { runStatement } from './statement.js'

/**
 * Walks the first packet of a connection through the hooks of a node, in the kernel's order: what the
 * typed rules of the tables would do with it. Chance gives a branch for each of its answers, in the
 * order of the rules' own lists. Pure: dynamic sets are as `node` says, for every packet anew.
 *
 * @param answers who answers what the packet does not tell; without, a way that comes to such a test
 *   ends as unknown
 * @throws Error if the packet's addresses are of two families, or a table leads nowhere
 */
export function evaluate(
  tables: TablesIndex,
  packet: Packet,
  node: NodeState,
  answers?: Answers,
): readonly Branch[] {
  const family = familyOf(packet.daddr)
  invariant(family === familyOf(packet.saddr), `a packet of two families to ${packet.daddr}`)
  const isLocal = localTest(node.addresses)
  const isClient = (set: string, client: string): boolean =>
    node.clients?.get(set)?.some(ip => ip === client) ?? false
  const hooks = tables[TABLE_FAMILY[family]]
  const walk: Walk = { hooks, addresses: node.addresses, isLocal, isClient, answers }
  return walkFrom(walk, startOf(packet))
}

/** What stays the same on a packet's way. */
interface Walk extends Omit<Site, 'table'> {
  readonly hooks: TablesIndex[TableFamily]
}

function walkFrom(walk: Walk, flow: Flow): readonly Branch[] {
  return passChains(walk, flow, flow.looped, 0).flatMap(({ flow: passed, ending }) => {
    if (!isAccepted(ending)) return [branchOf(passed, ending)]
    const next = toNextHook(passed, walk)
    return next ? walkFrom(walk, next) : [branchOf(passed, { kind: 'accept' })]
  })
}

/** The base chains of a hook from one on: once NAT is settled, its chains do not run. */
function passChains(walk: Walk, flow: Flow, settled: boolean, index: number): readonly Ended[] {
  const hooked = walk.hooks[flow.hook][index]
  if (hooked === undefined) return [{ flow, ending: { kind: 'accept' } }]
  const { chain, base, table } = hooked
  if (base.type === 'nat' && (settled || !flow.isTracked))
    return passChains(walk, flow, settled, index + 1)
  return runChain({ ...walk, table }, chain, flow).flatMap(ended =>
    isAccepted(ended.ending)
      ? passChains(walk, ended.flow, settled || ended.ending.kind === 'nat', index + 1)
      : ended,
  )
}

const isAccepted = (ending: Ending): ending is Extract<Ending, { kind: 'accept' | 'nat' }> =>
  ending.kind === 'accept' || ending.kind === 'nat'

const branchOf = (flow: Flow, outcome: Outcome): Branch => ({
  share: flow.share,
  outcome,
  to: flow.to,
  masqueraded: flow.masqueraded,
  ...(flow.source === undefined ? {} : { source: flow.source }),
  records: flow.records,
  path: pathOf(flow),
  hooks: flow.hooks,
})

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
const runChain = (site: Site, base: Chain, flow: Flow): readonly Ended[] =>
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

/** The rule of a chain that is run. */
export type Place = Pick<Step, 'chain' | 'rule'>

/**
 * Runs one rule on a packet and notes it on the packet's path; `undefined` if the rule does not match.
 */
function runRule(site: Site, rule: Rule, place: Place, flow: Flow): readonly Exit[] | undefined {
  const note: Note = (one, { origin = rule.origin, ...found } = {}) =>
    noted(one, { hook: one.hook, table: site.table.label, ...place, ...found, origin })
  const answer = testAll(site, rule, flow)
  if (answer === false) return undefined
  if (answer !== true) return [{ flow: note(flow), move: unknown(answer) }]
  return runStatements(site, rule.statements, flow, note)
}

type Note = (flow: Flow, found?: Found) => Flow

function runStatements(
  site: Site,
  [statement, ...rest]: readonly Statement[],
  flow: Flow,
  note: Note,
): readonly Exit[] {
  if (statement === undefined) return [{ flow: note(flow), move: NEXT }]
  const chance = statement.kind === 'foreign' ? chanceOf(statement) : undefined
  if (chance !== undefined) {
    const { numerator, denominator } = chance
    const part = (share: Fraction): Flow => ({ ...flow, share: times(flow.share, share) })
    const taken = runStatements(site, rest, part(chance), note)
    if (numerator === denominator) return taken
    const left = part(fraction(denominator - numerator, denominator))
    return [...taken, { flow: left, move: NEXT }]
  }
  const result = runStatement(site, statement, flow)
  if ('passed' in result) return runStatements(site, rest, result.passed, note)
  return result.exits.map(exit =>
    exit.found === undefined ? exit : { flow: note(exit.flow, exit.found), move: exit.move },
  )
}

/**
 * Tests change nothing, so one that fails decides, whatever stands before it; and of a rule that does
 * nothing, none need be asked.
 */
function testAll(site: Site, { matches: tests, statements }: Rule, flow: Flow): boolean | Unknown {
  const open: Unknown[] = []
  for (const match of tests) {
    const answer = matches(site, match, flow)
    if (answer === false) return false
    if (answer !== true) open.push(answer)
  }
  const [first] = open
  if (first === undefined) return true
  if (statements.every(hasNoEffect)) return false
  const { answers } = site
  return answers === undefined ? first : open.every(one => answers.open(one))
}

const hasNoEffect = (statement: Statement): boolean =>
  statement.kind === 'counter' ||
  statement.kind === 'log' ||
  (statement.kind === 'foreign' && isEffectless(statement))
