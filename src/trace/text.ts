import pc from 'picocolors'
import type {
  TracedAlternative,
  TracedBackend,
  TracedHook,
  TraceReport,
  TraceShare,
  TraceStep,
} from '../generated/reports.gen.js'
import { FRAMES, type TraceStepView, type TraceTextView } from '../text/frames.js'
import { groupBy } from '../util/collections.js'
import { someOf, visible } from '../util/text.js'

type Colors = ReturnType<typeof pc.createColors>

/** A trace for people. */
export function traceText(report: TraceReport, color: boolean): string {
  const colors = pc.createColors(color)
  const facts = factsOf(report)
  const width = Math.max(...facts.map(([label]) => label.length))
  return FRAMES.traceText({
    headline: headlineOf(report, colors),
    facts: facts.map(([label, text]) => ({ label: label.padEnd(width), text: shown(text) })),
    hooks: report.hooks.map(hook => hookView(hook, colors)),
    sections: sectionsOf(report).map(([name, lines]) => ({ name: colors.bold(name), lines })),
  })
}

const MAX_LINE = 400

/** Foreign text on one line of bearable length. */
function shown(text: string): string {
  const line = visible(text).replaceAll('\t', '\\t')
  return line.length > MAX_LINE ? `${line.slice(0, MAX_LINE)}...` : line
}

/** An address with its port, IPv6 in brackets. */
function socket(ip: string, port: number | undefined): string {
  if (port === undefined) return ip
  return ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`
}

const VERDICTS: Readonly<Record<TraceReport['verdict'], string>> = {
  accept: 'accepted',
  drop: 'dropped',
  reject: 'refused',
  mixed: 'one of several ends, by chance',
}

function headlineOf({ packet, verdict, backends, ends }: TraceReport, colors: Colors): string {
  const { from, to, port, protocol } = packet
  const paint =
    verdict === 'accept' ? colors.green : verdict === 'mixed' ? colors.yellow : colors.red
  const count = `${backends.length} backend${backends.length === 1 ? '' : 's'}`
  const untouched = ends.some(end => end.verdict === 'accept' && end.answer !== undefined)
  const where = backends.length > 0 ? `, ${count}` : untouched ? ', as it is' : ''
  return `${from} to ${socket(to, port)}/${protocol}: ${colors.bold(paint(VERDICTS[verdict]))}${where}`
}

const KINDS = {
  'cluster-ip': 'ClusterIP',
  'external-ip': 'external IP',
  'load-balancer-ip': 'load balancer IP',
  'node-port': 'node port',
} as const

function factsOf(report: TraceReport): readonly (readonly [string, string])[] {
  const { packet, destination, node, layout, listing, reason } = report
  const way = packet.inInterface === undefined ? '' : `, by ${packet.inInterface}`
  const kind = destination && KINDS[destination.kind]
  const to = destination
    ? `${kind} of ${destination.servicePort}, traffic policy ${destination.policy}${placed(destination.at)}`
    : 'no destination of a Service'
  const rules = listing === undefined ? `compiled, layout ${layout}` : `listed in ${listing}`
  return [
    ['from', `${packet.sender ?? packet.from}${way}`],
    ...(node === undefined && destination === undefined ? [] : ([['to', to]] as const)),
    ...(node === undefined ? [] : ([['node', node]] as const)),
    ['rules', rules],
    ...(reason ? ([['why', `${reason.text}${placed(reason.at)}`]] as const) : []),
  ]
}

const placed = (at: string | undefined): string => (at === undefined ? '' : ` (${at})`)

const shareText = ({ fraction, percent }: TraceShare): string => `${fraction} (${percent} %)`

/** Steps of parts of the flows that are shown: their chains are alike. */
const MAX_PARTIAL = 8

function hookView({ hook, steps }: TracedHook, colors: Colors): TraceTextView['hooks'][number] {
  const name = colors.bold(hook)
  if (steps.length === 0) return { name, steps: [], rest: 'no rule matches' }
  let partial = 0
  const some = steps.filter(({ share }) => share.fraction === '1' || ++partial <= MAX_PARTIAL)
  const hidden = steps.length - some.length
  const rest = `and ${hidden} more rules, each for a part of the flows (-o json has them all)`
  return { name, steps: some.map(stepView), ...(hidden > 0 ? { rest } : {}) }
}

function stepView(step: TraceStep): TraceStepView {
  const { table, chain, rule, nft, words, element, share, servicePort, at } = step
  const part = share.fraction === '1' ? '' : `, for ${shareText(share)}`
  const which = rule === undefined ? 'policy' : `rule ${rule}`
  return {
    place: shown(`${table}, ${chain}, ${which}${part}`),
    ...(servicePort === undefined ? {} : { source: shown(`${servicePort}${placed(at)}`) }),
    nft: shown(nft),
    ...(element === undefined ? {} : { element: shown(element) }),
    words: shown(words),
  }
}

type Section = readonly [name: string, lines: readonly string[]]

function sectionsOf(report: TraceReport): readonly Section[] {
  const { backends, ends, notes, alternatives = [] } = report
  const others = ends.filter(({ answer }) => answer !== undefined)
  const sections: readonly Section[] = [
    ['backends', backendLines(backends)],
    ['what both see', replyLines(report)],
    [
      'what the sender gets',
      others.map(({ share, answer }) =>
        others.length === 1 && share.fraction === '1'
          ? `${answer}`
          : `${shareText(share)}: ${answer}`,
      ),
    ],
    ['what else it may come to', alternatives.flatMap(alternativeLines)],
    ['notes', notes.map(({ text }) => shown(text))],
  ]
  return sections.filter(([, lines]) => lines.length > 0)
}

/** An alternative: its condition, and what becomes of the packet then. */
function alternativeLines({ when, verdict, by, backends }: TracedAlternative): readonly string[] {
  const what =
    backends.length > 0
      ? `${verdict === 'mixed' ? 'some of it ' : ''}to ${someOf(backends.map(({ address, port, masqueraded }) => `${socket(address, port)}${masqueraded ? ' masqueraded' : ''}`))}`
      : (VERDICTS[verdict] ?? verdict)
  return [
    shown(`if ${when.join(' and ')}:`),
    shown(`  ${what}${by === undefined ? '' : `, by ${by}`}`),
  ]
}

function backendLines(backends: readonly TracedBackend[]): readonly string[] {
  const rows = backends.map(({ address, port, share, pod, node, masqueraded }) => [
    socket(address, port),
    share.fraction,
    `${share.percent} %`,
    [
      ...(pod === undefined ? [] : [`pod ${shown(pod)}`]),
      ...(node === undefined ? [] : [`on ${shown(node)}`]),
      ...(masqueraded ? ['masqueraded'] : []),
    ].join(', '),
  ])
  const widths = [0, 1, 2].map(column => Math.max(0, ...rows.map(row => row[column]?.length ?? 0)))
  return rows.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** What backends and client see of each other, in a line for those that see the same. */
function replyLines({ backends }: TraceReport): readonly string[] {
  const groups = groupBy(backends, ({ reply, because }) => `${reply.backendSees} ${because}`)
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const { reply, because } = first
    const who =
      groups.size === 1
        ? backends.length === 1
          ? 'the backend'
          : 'each backend'
        : group.map(({ address, port }) => socket(address, port)).join(', ')
    const why = because === undefined ? 'not masqueraded' : `masqueraded: ${because}`
    return shown(
      `${who} sees ${reply.backendSees} (${why}); the client sees the answer come from ${reply.clientSees}`,
    )
  })
}
