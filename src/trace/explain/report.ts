import { familyOf } from '../../address/address.js'
import type {
  TracedDestination,
  TracedHook,
  TracedPacket,
  TraceEnd,
  TraceNote,
  TraceReason,
  TraceReport,
  TraceStep,
} from '../../generated/reports.gen.js'
import { displayName } from '../../model/service-port.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import { backendsOf, type Surroundings } from './backends.js'
import { type Destination, destinationOf } from './destination.js'
import { type End, endsOf, shareOf } from './ends.js'
import type { Note } from './notes.js'
import { type Places, placesOf } from './places.js'
import type { Reason } from './reason.js'
import { notesFor } from './run-notes.js'
import { type MergedHook, mergeBranches, ruleFinder, stepTexts } from './steps.js'
import type { Traced } from './traced.js'
import { answerOf, whyNot } from './why-not.js'

/** Explains what became of a packet: rules, reasons, backends and replies. */
export function explainTrace(traced: Traced): TraceReport {
  const { packet, branches, objects, addresses } = traced
  const plan = objects?.plan
  const tables = traced.tables.filter(one => one.family === TABLE_FAMILY[familyOf(packet.daddr)])
  const finder = ruleFinder(tables)
  const destination = plan && destinationOf(plan, packet)
  const ends = endsOf(branches)
  const around: Surroundings = { packet, plan, destination, addresses, finder }
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
    ...(plan ? { node: plan.node.name } : {}),
    ...traced.rules,
    packet: packetOf(traced),
    ...(destination ? { destination: destinationText(destination, places) } : {}),
    verdict: verdicts.length > 1 ? 'mixed' : verdict,
    ...(reason ? { reason: reasonText(reason, places) } : {}),
    ends: ends.map(end => endText(end, around)),
    backends,
    notes: notesFor(traced, around, ends).map(noteText),
    hooks: hooks.map(hook => hookText(hook, around, places)),
  }
}

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

function destinationText(
  { planned, frontend }: Destination,
  { ofDestination }: Places,
): TracedDestination {
  return {
    kind: frontend.kind,
    servicePort: displayName(planned.port),
    policy: frontend.policy,
    ...(ofDestination === undefined ? {} : { at: ofDestination }),
  }
}

const reasonText = ({ code, text }: Reason, { ofReason }: Places): TraceReason => ({
  code,
  text,
  ...(ofReason === undefined ? {} : { at: ofReason }),
})

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
