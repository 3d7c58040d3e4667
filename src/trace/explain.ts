import { familyOf } from '../address/address.js'
import type {
  TracedAlternative,
  TracedDestination,
  TracedHook,
  TracedPacket,
  TraceEnd,
  TraceNote,
  TraceReason,
  TraceReport,
  TraceStep,
} from '../generated/reports.gen.js'
import { leftOutText } from '../model/left-out.js'
import { displayName } from '../model/service-port.js'
import { TABLE_FAMILY } from '../rules/build.js'
import { TABLE_NAME } from '../rules/names.js'
import type { Table } from '../rules/table.js'
import type { Branch, Expectation, Packet, Place, Reason, Step } from '../traffic/packet.js'
import { nearMiss, unusedEndpoints } from '../traffic/promise/near-misses.js'
import { expect, ownerOf } from '../traffic/promise/promise.js'
import { addressOwner, type Owner, policyOf, type Sender } from '../traffic/promise/view.js'
import {
  backendsOf,
  type End,
  endsOf,
  fractionText,
  type Surroundings,
  sameEnds,
  shareOf,
} from './backends.js'
import type { Alternative } from './live.js'
import { type Note, notesOf, type ObjectsSay, type Traced } from './notes.js'
import {
  fieldFinder,
  isKubeProxys,
  type Located,
  type MergedHook,
  mergeBranches,
  portFinder,
  ruleFinder,
  sourceLines,
  stepPlace,
  stepTexts,
} from './steps.js'
import { socketText } from './words.js'

/** Explains what became of a packet: rules, reasons, backends and replies. */
export function explainTrace(traced: Traced): TraceReport {
  const { packet, branches, objects } = traced
  const view = objects?.view
  const tables = traced.tables.filter(one => one.family === TABLE_FAMILY[familyOf(packet.daddr)])
  const finder = ruleFinder(tables)
  const place = placeOf(packet)
  // In iptables mode a service port that sends the packet nowhere does not take it, and yet is what it is for.
  const destination =
    view && place && (ownerOf(view, senderOf(packet), place) ?? addressOwner(view, place))
  const promised = view && place && expect(view, senderOf(packet), place)
  const around: Surroundings = { packet, destination, promised, finder }
  const ends = endsOf(branches)
  const backends = backendsOf(ends, around)
  const verdicts = [...new Set(ends.map(({ verdict }) => verdict))]
  const [verdict = 'accept'] = verdicts
  const reason =
    backends.length === 0 && verdicts.length === 1 ? whyNot(traced, around, ends) : undefined
  const hooks = mergeBranches(branches)
  const places = placesOf(hooks, around, reason)
  return {
    apiVersion: 'kubenat.dev/v1',
    kind: 'Trace',
    ...(view ? { node: view.node.name } : {}),
    ...traced.rules,
    packet: packetOf(traced),
    ...(destination ? { destination: destinationText(destination, places) } : {}),
    verdict: verdicts.length > 1 ? 'mixed' : verdict,
    ...(reason ? { reason: reasonText(reason, places) } : {}),
    ends: ends.map(end => endText(end, around)),
    backends,
    ...(traced.alternatives.length === 0
      ? {}
      : { alternatives: traced.alternatives.map(one => alternativeText(one, around)) }),
    notes: notesFor(traced, around, ends).map(noteText),
    hooks: hooks.map(hook => hookText(hook, around, places)),
  }
}

const senderOf = ({ saddr, sport, inputInterface }: Packet): Sender => ({
  ip: saddr,
  inputInterface,
  ...(sport === undefined ? {} : { port: sport }),
})

/** Where a packet goes in the terms of the promise, which knows nothing without ports. */
const placeOf = ({ daddr, dport, protocol }: Packet): Place | undefined =>
  dport === undefined || protocol === 'icmp' ? undefined : { ip: daddr, port: dport, protocol }

function packetOf({ packet, sender }: Traced): TracedPacket {
  const { saddr, daddr, protocol, dport, inputInterface, isInputAssumed = false } = packet
  return {
    from: saddr,
    ...(sender === undefined ? {} : { sender }),
    to: daddr,
    ...(dport === undefined ? {} : { port: dport }),
    protocol,
    ...(inputInterface === undefined || isInputAssumed ? {} : { inInterface: inputInterface }),
  }
}

function destinationText(destination: Owner, { ofDestination }: Places): TracedDestination {
  return {
    kind: destination.kind,
    servicePort: displayName(destination.port),
    policy: policyOf(destination),
    ...(ofDestination === undefined ? {} : { at: ofDestination }),
  }
}

const reasonText = ({ code, text }: Reason, { ofReason }: Places): TraceReason => ({
  code,
  text,
  ...(ofReason === undefined ? {} : { at: ofReason }),
})

/** What else may become of the packet, and the rule that makes it so. */
function alternativeText({ when, branches }: Alternative, around: Surroundings): TracedAlternative {
  const ends = endsOf(branches)
  const verdicts = [...new Set(ends.map(({ verdict }) => verdict))]
  const [verdict = 'accept'] = verdicts
  const last = verdict === 'accept' ? undefined : ends[0]?.branch.path.at(-1)
  return {
    when: [...when],
    verdict: verdicts.length > 1 ? 'mixed' : verdict,
    ...(last === undefined ? {} : { by: stepPlace(last) }),
    ends: ends.map(end => endText(end, around)),
    backends: backendsOf(ends, around),
  }
}

const noteText = ({ endpoints, ...note }: Note): TraceNote =>
  endpoints === undefined ? note : { ...note, endpoints: [...endpoints] }

function endText(end: End, around: Surroundings): TraceEnd {
  const { verdict, share, to } = end
  const answer = verdict === 'accept' && to !== undefined ? undefined : answerOf(end, around)
  return { verdict, share: shareOf(share), ...(answer === undefined ? {} : { answer }) }
}

function hookText({ hook, steps }: MergedHook, around: Surroundings, places: Places): TracedHook {
  const family = TABLE_FAMILY[familyOf(around.packet.daddr)]
  return {
    hook,
    steps: steps.map(
      ({ step, share }): TraceStep => ({
        table: step.table,
        chain: step.chain,
        ...(step.rule === 'policy' ? {} : { rule: step.rule + 1 }),
        ...stepTexts(step, around.finder, family),
        share: shareOf(share),
        ...places.ofStep(step),
      }),
    ),
  }
}

/** Fields of objects that a report names, with their lines. */
export interface Places {
  readonly ofStep: (step: Step) => { servicePort?: string; at?: string }
  readonly ofReason: string | undefined
  readonly ofDestination: string | undefined
}

/** Finds all places of a report at once: a document is read through for each. */
function placesOf(
  hooks: readonly MergedHook[],
  { destination, packet }: Surroundings,
  reason: Reason | undefined,
): Places {
  const portOf = portFinder(destination, packet)
  const fieldOf = fieldFinder()
  const steps = new Map(
    hooks.flatMap(({ steps }) =>
      steps.flatMap(({ step }) => {
        const port = portOf(step)
        return port ? [[step, { port, field: fieldOf(port, step.origin.concern) }] as const] : []
      }),
    ),
  )
  const subject = reason?.subject ?? reason?.port?.service
  const ofReason: Located | undefined = subject && { subject, path: reason?.path ?? [] }
  const own = destination && fieldOf(destination.port, 'dispatch')
  const fields = [...steps.values()].map(({ field }) => field)
  const lines = sourceLines([...fields, ...(ofReason ? [ofReason] : []), ...(own ? [own] : [])])
  return {
    ofStep: step => {
      const found = steps.get(step)
      if (found === undefined) return {}
      const at = lines.get(found.field)
      return { servicePort: displayName(found.port), ...(at === undefined ? {} : { at }) }
    },
    ofReason: ofReason && lines.get(ofReason),
    ofDestination: own && lines.get(own),
  }
}

/** Objects with errors, which may be the true reason. */
function withLeftOut(reason: Reason, { leftOut }: ObjectsSay): Reason {
  const { port, code, text } = reason
  const name = port && `${port.namespace}/${port.name}`
  const bad = leftOut.filter(({ subject: { label, service } }) =>
    name === undefined
      ? OF_NO_SERVICE.includes(code) && label === service
      : service === name && code.includes('endpoints'),
  )
  return bad.length === 0 ? reason : { ...reason, text: `${text}; ${leftOutText(bad)}` }
}

const OF_NO_SERVICE: readonly string[] = ['no-service', 'unallocated', 'this-node']

/** Why the packet comes to no backend: by the objects, where the rules do as they say. */
function whyNot(
  { packet, objects, tables }: Traced,
  { promised, finder }: Surroundings,
  ends: readonly End[],
): Reason | undefined {
  const [end] = ends
  if (end === undefined) return undefined
  const last = end.branch.path.at(-1)
  const isOwn = end.verdict === 'accept' || (last !== undefined && isKubeProxys(last))
  if (objects && isOwn && (promised === undefined || promised.verdict === PROMISED[end.verdict])) {
    const { port, code } = promised?.reason ?? {}
    if (port === undefined)
      return withLeftOut(nearMiss(objects.view, objects.objects, packet), objects)
    const nearer = code === 'no-endpoints' ? unusedEndpoints(objects.objects, port) : undefined
    const reason = nearer ?? promised?.reason
    return reason && withLeftOut({ ...reason, port }, objects)
  }
  if (end.verdict === 'accept' || last === undefined) {
    const family = TABLE_FAMILY[familyOf(packet.daddr)]
    return tables.some(one => one.family === family && isKubeProxysTable(one))
      ? { code: 'untouched', text: 'no rule rewrites the destination' }
      : {
          code: 'no-table',
          text: `there is no table ${family} ${TABLE_NAME} in the listing, and no other rule rewrites the destination`,
        }
  }
  const rule = finder.rule(last)
  const comment = rule?.comment === undefined ? '' : ` (${rule.comment})`
  return { code: 'rule', text: `${stepPlace(last)} decides${comment}` }
}

const isKubeProxysTable = ({ name, chains }: Table): boolean =>
  name === TABLE_NAME || chains.some(chain => chain.name === 'KUBE-SERVICES')

/** How the promise calls the ends of rules. */
const PROMISED = {
  accept: 'untouched',
  drop: 'dropped',
  reject: 'refused',
} as const satisfies Record<End['verdict'], Expectation['verdict']>

/** What the sender gets of an end that is no backend. */
function answerOf({ verdict, branch }: End, { finder, packet }: Surroundings): string {
  if (verdict === 'drop') return 'nothing: it waits until it gives up'
  if (verdict === 'accept') return 'what the destination itself answers'
  const last = branch.path.at(-1)
  const rule = last && finder.rule(last)
  const answers = rule?.statements.flatMap(one => (one.kind === 'reject' ? [one.answer] : []))
  const answer = answers?.[0]
  const refused = packet.protocol === 'icmp' ? '' : ': connection refused'
  if (answer === undefined) return `ICMP port unreachable${refused}`
  return answer.type === 'tcp reset' ? `a TCP reset${refused}` : `${answer.type} ${answer.code}`
}

/** What a reader should know beside the way of the packet. */
function notesFor(traced: Traced, around: Surroundings, ends: readonly End[]): readonly Note[] {
  const { packet, branches, objects, tables } = traced
  const { destination, finder } = around
  const planned = objects && destination ? notesOf(objects.view, senderOf(packet), destination) : []
  return [
    ...driftNotes(branches, objects?.expected),
    ...traced.assumed.map(text => ({ code: 'assumed', text: `assumed: ${text}` })),
    ...(ends.some(({ to }) => to !== undefined) ? planned : []),
    ...(planned.some(({ code }) => code === 'affinity') ? [] : recordNotes(branches, tables)),
    ...logNotes(branches, finder),
  ]
}

function driftNotes(
  branches: readonly Branch[],
  expected: readonly Branch[] | undefined,
): readonly Note[] {
  if (expected === undefined || sameEnds(expected, branches)) return []
  if (expected.every(isUntouched)) {
    const text =
      'the objects say nothing of this packet: rules beside theirs, or left over, decide about it'
    return [{ code: 'beside-objects', text }]
  }
  const words = endsOf(expected).map(({ verdict, to, masqueraded, share }) => {
    const source = masqueraded ? 'masqueraded' : 'with its own source'
    const where = to ? ` to ${socketText(to)} ${source}` : ''
    return `${verdict}${where} (${fractionText(share)})`
  })
  const more = words.length > MAX_ENDS ? ` and ${words.length - MAX_ENDS} more` : ''
  const text = `the rules do not do what the objects say, which is: ${words.slice(0, MAX_ENDS).join('; ')}${more}`
  return [{ code: 'drift', text }]
}

const MAX_ENDS = 4

const isUntouched = ({ outcome, to, masqueraded }: Branch): boolean =>
  outcome.kind === 'accept' && to === undefined && !masqueraded

/** Session affinity of rules that nothing but their sets tell of. */
function recordNotes(branches: readonly Branch[], tables: readonly Table[]): readonly Note[] {
  const names = new Set(branches.flatMap(({ records }) => records.map(({ set }) => set)))
  const timeouts = tables
    .flatMap(({ sets }) => sets)
    .flatMap(({ name, timeout }) => (names.has(name) && timeout !== undefined ? [timeout] : []))
  const [seconds] = timeouts
  if (seconds === undefined) return []
  const text = `the client is put on record for ${seconds} s, and may go to the same endpoint again; the shares are those of a client that is not on record`
  return [{ code: 'affinity', text }]
}

function logNotes(branches: readonly Branch[], finder: Surroundings['finder']): readonly Note[] {
  const logging = branches
    .flatMap(({ path }) => path)
    .filter(step => finder.rule(step)?.statements.some(({ kind }) => kind === 'log'))
  const places = [...new Set(logging.map(({ table, chain }) => `${chain} of ${table}`))]
  if (places.length === 0) return []
  return [{ code: 'log', text: `the packet is logged in chain ${places.join(', ')}` }]
}
