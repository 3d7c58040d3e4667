import { familyOf, type Ip } from '../../address/address.js'
import { Diagnostics } from '../../diagnostics/diagnostic.js'
import { type FieldRequest, locateAll } from '../../input/locate.js'
import { importRules } from '../../listing/iptables-rules.js'
import { TABLE_FAMILY } from '../../rules/build.js'
import type { Table } from '../../rules/table.js'
import { type LiveRules, traceLive } from '../../trace/live.js'
import { ruleFinder, stepTexts } from '../../trace/steps.js'
import type { Branch, Step } from '../../traffic/packet.js'
import type { Check } from '../check.js'
import {
  type Explanation,
  type Failed,
  isAt,
  placeText,
  type RulePath,
  type RuleStep,
} from '../report.js'
import type { World } from './run.js'

const MAX_EXPLAINED = 20
const MAX_PATHS = 3

/** Failures with the rules that their packets pass, as the loaded rules have it; the first 20 of them. */
export async function explainFailures(
  world: World,
  failures: readonly Failed[],
  nodeAddresses: readonly Ip[],
): Promise<readonly Failed[]> {
  const rules = await loadedRules(world)
  return failures.map((failure, i) =>
    i < MAX_EXPLAINED
      ? { ...failure, explanation: explain(rules, failure.check, nodeAddresses) }
      : failure,
  )
}

type LoadedRules = LiveRules | { readonly unreadable: string }

/** What the node has loaded. A listing that cannot be had takes nothing from what was observed. */
async function loadedRules(world: World): Promise<LoadedRules> {
  try {
    const source = { name: 'the rules that are loaded', text: await world.list() }
    const problems = new Diagnostics()
    const rules = importRules(source, 'ip', problems)
    const [problem] = problems.all()
    return problem ? { unreadable: problem.message } : { ...rules, name: source.name }
  } catch (error) {
    return { unreadable: messageOf(error) }
  }
}

function explain(rules: LoadedRules, check: Check, nodeAddresses: readonly Ip[]): Explanation {
  if ('unreadable' in rules) return { kind: 'unknown', reason: rules.unreadable }
  const { client, destination } = check
  const packet = {
    saddr: client.ip,
    daddr: destination.ip,
    protocol: destination.protocol,
    dport: destination.port,
    inputInterface: client.inputInterface,
  }
  try {
    const { branches } = traceLive(rules, packet, { addresses: nodeAddresses })
    const paths = branches.map(branch => ({ branch, asExpected: isAsExpected(check, branch) }))
    const wrongFirst = [
      ...paths.filter(({ asExpected }) => asExpected !== true),
      ...paths.filter(({ asExpected }) => asExpected === true),
    ]
    return {
      kind: 'paths',
      paths: wrongFirst
        .slice(0, MAX_PATHS)
        .map(({ branch, asExpected }) => pathOf(rules.tables, check, branch, asExpected)),
      hidden: Math.max(0, branches.length - MAX_PATHS),
    }
  } catch (error) {
    return { kind: 'unknown', reason: messageOf(error) }
  }
}

const pathOf = (
  tables: readonly Table[],
  { destination }: Check,
  branch: Branch,
  asExpected: boolean | undefined,
): RulePath => {
  const { share, outcome, to, masqueraded } = branch
  return {
    share,
    outcome,
    to: to && placeText({ ...to, ip: to.ip as Ip }),
    masqueraded,
    asExpected,
    steps: ruleSteps(tables, destination.ip, branch.path),
  }
}

/** Whether a way through the rules is one that the expectation allows. */
function isAsExpected({ expected }: Check, branch: Branch): boolean | undefined {
  const { outcome, to, masqueraded } = branch
  if (outcome.kind === 'unknown') return undefined
  switch (expected.verdict) {
    case 'refused':
      return outcome.kind === 'reject'
    case 'dropped':
      return outcome.kind === 'drop'
    case 'untouched':
      return outcome.kind === 'accept' && to === undefined && !masqueraded
    case 'backends':
      return (
        outcome.kind === 'accept' &&
        expected.backends.some(
          backend =>
            to !== undefined &&
            isAt(backend.at, { ip: to.ip as Ip, port: to.port }) &&
            backend.masqueraded === masqueraded,
        )
      )
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error)

/** The steps of a packet in nft's words. */
function ruleSteps(
  tables: readonly Table[],
  daddr: Ip,
  path: readonly Step[],
): readonly RuleStep[] {
  const family = TABLE_FAMILY[familyOf(daddr)]
  const finder = ruleFinder(tables.filter(table => table.family === family))
  return path.map((step): RuleStep => {
    const { hook, table, chain, element } = step
    const { nft } = stepTexts(step, finder, family)
    return { hook, table, chain, rule: nft, ...(element && { element: element.join(' . ') }) }
  })
}

/** Failures with the positions of the ports of Services that promise otherwise. */
export function withPositions(failures: readonly Failed[]): readonly Failed[] {
  const requests = failures.map(portOf)
  const positions = locateAll(requests.filter(request => request !== undefined)).values()
  return failures.map((failure, i): Failed => {
    const file = requests[i]?.place.source.name
    if (file === undefined) return failure
    const { line, column } = positions.next().value ?? { line: 1, column: 1 }
    return { ...failure, where: { file, line, column } }
  })
}

const portOf = ({
  check: {
    destination: { servicePort },
  },
}: Failed): FieldRequest | undefined =>
  servicePort && {
    place: servicePort.service.place,
    path: ['spec', 'ports', servicePort.index],
  }
