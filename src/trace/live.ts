import { familyOf } from '../address/address.js'
import type { OtherHook, Ruleset } from '../listing/ruleset.js'
import { TABLE_FAMILY } from '../rules/build.js'
import type { Table } from '../rules/table.js'
import type { Branch, NodeState, Packet } from '../traffic/packet.js'
import { evaluate } from '../traffic/walk/evaluate.js'
import { indexTables, type TablesIndex } from '../traffic/walk/index-tables.js'
import { fitsInterface } from '../traffic/walk/match.js'
import type { Answers, Unknown } from '../traffic/walk/site.js'
import { groupBy } from '../util/collections.js'
import { sameEnds } from './backends.js'

/** The rules of a real node, as they were listed. */
export interface LiveRules extends Ruleset {
  /** The file that they stand in. */
  readonly name: string
}

/** What becomes of a packet if something is so that nothing here tells. */
export interface Alternative {
  /** Tests in nft's words that the packet passes, or the order of chains. */
  readonly when: readonly string[]
  readonly branches: readonly Branch[]
}

/** What listed rules do with a packet. */
export interface LiveTrace {
  /** Where it passes no test that is open. */
  readonly branches: readonly Branch[]
  /** What else may become of it, if it ends otherwise. */
  readonly alternatives: readonly Alternative[]
  /** What is taken for granted. */
  readonly assumed: readonly string[]
  /** What stops the trace, a message each; nothing else counts where there is any. */
  readonly unknown: readonly string[]
}

/** Walks a packet through listed rules, whoever wrote them; what they do not tell is named. */
export function traceLive(
  live: LiveRules,
  packet: Packet,
  state: NodeState,
  outputInterface?: string,
): LiveTrace {
  const assumed = new Set(live.otherHooks.filter(hook => mayMeet(hook, packet)).map(hookText))
  const exploring = (index: TablesIndex): Explored =>
    explore(held => runOnce(index, packet, state, { held, outputInterface, assumed }))
  const { base, others, isWhole } = exploring(indexTables(live.tables))
  const alternatives = [...others]
  const turning = hasTies(live.tables) ? indexTables(turnedRound(live.tables)) : undefined
  if (turning) {
    const turned = exploring(turning)
    const hooks = turning[TABLE_FAMILY[familyOf(packet.daddr)]]
    const known = [base, ...others.map(({ branches }) => branches)]
    for (const { when, branches } of [{ when: [], branches: turned.base }, ...turned.others]) {
      if (known.some(one => sameEnds(one, branches))) continue
      alternatives.unshift({ when: [orderText(hooks, [...base, ...branches]), ...when], branches })
    }
    if (!turned.isWhole) assumed.add(TOO_MANY)
  }
  if (!isWhole) assumed.add(TOO_MANY)
  const unknown = [base, ...alternatives.map(({ branches }) => branches)].flatMap(branches =>
    branches.flatMap(unknownIn),
  )
  return { branches: base, alternatives, assumed: [...assumed], unknown: [...new Set(unknown)] }
}

/** A packet's way where it passes these open tests and no others, and which others it came to. */
type Run = (held: readonly Unknown[]) => Way

interface Way {
  readonly branches: readonly Branch[]
  readonly asked: readonly Unknown[]
}

interface Given {
  readonly held: readonly Unknown[]
  readonly outputInterface: string | undefined
  readonly assumed: Set<string>
}

function runOnce(
  index: TablesIndex,
  packet: Packet,
  state: NodeState,
  { held, outputInterface, assumed }: Given,
): Way {
  const asked = new Map<string, Unknown>()
  const answers: Answers = {
    outputInterface,
    open: question => {
      const truth = answerFrom(held, question)
      if (truth === undefined) asked.set(question.what, question)
      return (truth ?? false) !== (question.isTurned === true)
    },
    assume: text => assumed.add(text),
  }
  return { branches: evaluate(index, packet, state, answers), asked: [...asked.values()] }
}

/** A packet has one interface on each side: who passes the test for one fails those for others. */
function answerFrom(held: readonly Unknown[], question: Unknown): boolean | undefined {
  for (const one of held) {
    if (one.what === question.what) return true
    const [known, wanted] = [one.interface, question.interface]
    if (known && wanted && known.side === wanted.side && !known.name.endsWith('*'))
      return fitsInterface(known.name, wanted.name)
  }
  return undefined
}

/** No host has as many rules that depend on each other's unknown tests. */
const MOST_RUNS = 400

const TOO_MANY = `what is open changes nothing more: only ${MOST_RUNS} combinations of tests that are open are walked`

/** Every end that open tests lead to. */
interface Explored {
  readonly base: readonly Branch[]
  readonly others: readonly Alternative[]
  /** Whether every combination was tried. */
  readonly isWhole: boolean
}

/**
 * Walks a packet that passes no open test first, then such as pass one of those that it came to, and so
 * on. A test that changes nothing on the way is not looked behind.
 */
function explore(run: Run): Explored {
  const base = run([])
  const found: Found[] = []
  let runs = 0
  const descend = (held: readonly Unknown[], parent: Way, open: readonly Unknown[]): void => {
    for (const [index, question] of open.entries()) {
      if (++runs > MOST_RUNS) return
      const now = [...held, question]
      const child = run(now)
      if (!sameEnds(child.branches, parent.branches))
        found.push({ held: now, branches: child.branches })
      if (pathText(child.branches) === pathText(parent.branches)) continue
      const known = new Set(open.slice(0, index + 1).map(({ what }) => what))
      descend(
        now,
        child,
        child.asked.filter(({ what }) => !known.has(what)),
      )
    }
  }
  descend([], base, base.asked)
  const others = found
    .filter(({ branches }) => !sameEnds(branches, base.branches))
    .filter((one, index) => !found.slice(0, index).some(other => isPartOf(other, one)))
    .map(({ held, branches }) => ({ when: held.map(({ what }) => what), branches }))
  return { base: base.branches, others, isWhole: runs <= MOST_RUNS }
}

interface Found {
  readonly held: readonly Unknown[]
  readonly branches: readonly Branch[]
}

/** Whether fewer tests lead to the same end. */
const isPartOf = (less: Found, more: Found): boolean =>
  sameEnds(less.branches, more.branches) &&
  less.held.every(one => more.held.some(({ what }) => what === one.what))

const pathText = (branches: readonly Branch[]): string =>
  branches
    .flatMap(({ path }) => path.map(({ table, chain, rule }) => `${table} ${chain} ${rule}`))
    .join('\n')

/** Whether chains of one family have the same hook and priority: their order is not told. */
function hasTies(tables: readonly Table[]): boolean {
  const places = tables.flatMap(({ family, chains }) =>
    chains.flatMap(({ base }) => (base ? [`${family} ${base.hook} ${base.priority}`] : [])),
  )
  return new Set(places).size < places.length
}

/** Tables that the kernel has taken in the other order. */
const turnedRound = (tables: readonly Table[]): readonly Table[] =>
  [...tables].reverse().map(table => ({ ...table, chains: [...table.chains].reverse() }))

/** The order of the chains of one hook and priority that the ways pass, which no listing tells. */
function orderText(hooks: TablesIndex[keyof TablesIndex], branches: readonly Branch[]): string {
  const passed = new Set(
    branches.flatMap(({ path }) => path.map(({ table, chain }) => `${table} ${chain}`)),
  )
  const ties = Object.values(hooks).flatMap(hooked => [
    ...groupBy(hooked, ({ base }) => `hook ${base.hook} and priority ${base.priority}`),
  ])
  const orders = ties
    .filter(([, chains]) => chains.length > 1)
    .filter(([, chains]) => chains.some(one => passed.has(`${one.table.label} ${one.chain.name}`)))
    .map(([place, chains]) => {
      const names = chains.map(({ chain, table }) => `chain ${chain.name} of table ${table.label}`)
      return `${names.join(' runs before ')} at ${place}`
    })
  return `${orders.join(' and ')} (the one that was registered first does, which a listing does not tell)`
}

/** A chain at a device or a bridge that the packet may come by. */
function mayMeet({ hook, device }: OtherHook, packet: Packet): boolean {
  if (hook !== 'ingress' || device === undefined) return true
  const { inputInterface, isInputAssumed } = packet
  // What the node sends to itself comes in by the loopback interface.
  return isInputAssumed ? device !== 'lo' : device === (inputInterface ?? 'lo')
}

const hookText = ({ table, chain, hook, device }: OtherHook): string => {
  const at = device === undefined ? hook : `${hook} of ${device}`
  return `chain ${chain} of table ${table} lets the packet pass: its rules at the hook ${at} are not on the way that is walked here`
}

function unknownIn({ outcome, path }: Branch): string[] {
  if (outcome.kind !== 'unknown') return []
  const last = path.at(-1)
  const place =
    last === undefined || last.rule === 'policy'
      ? ''
      : `table ${last.table}, chain ${last.chain}, rule ${last.rule + 1}: `
  return [`${place}not known here: ${outcome.what}`]
}
