import type { Table } from '../../rules/table.js'
import type { Branch } from '../packet.js'
import type { Surroundings } from './backends.js'
import { senderOf } from './destination.js'
import { type End, endsOf, fractionText, sameEnds } from './ends.js'
import { type Note, notesOf } from './notes.js'
import type { Traced } from './traced.js'
import { socketText } from './words.js'

/** What a reader should know beside the way of the packet. */
export function notesFor(
  traced: Traced,
  around: Surroundings,
  ends: readonly End[],
): readonly Note[] {
  const { packet, branches, objects, tables } = traced
  const { plan, destination, finder } = around
  const planned = plan && destination ? notesOf(plan, destination, senderOf(plan, packet)) : []
  return [
    ...driftNotes(branches, objects?.expected),
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
    const where = to ? ` to ${socketText(to)}${masqueraded ? ', masqueraded' : ''}` : ''
    return `${verdict}${where} (${fractionText(share)})`
  })
  const more = words.length > MAX_ENDS ? ` and ${words.length - MAX_ENDS} more` : ''
  const text = `the rules do not do what the objects say: ${words.slice(0, MAX_ENDS).join('; ')}${more}`
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
