import {
  FAMILIES,
  type Family,
  familyOf,
  type Ip,
  isLoopback,
  parseIp,
} from '../../address/address.js'
import type { Client, Place, Scene } from '../../traffic/packet.js'
import type { Observation } from '../report.js'
import { type Ruleset, RulesetError, type World } from '../run/run.js'
import type { Outcome, SocketPlace } from './agent.js'
import { type Agent, openPorts, startAgent } from './agents.js'
import {
  guardText,
  LIST_ARRIVALS,
  openStrayNotes,
  parseArrivals,
  type StrayNotes,
  withoutGuard,
} from './guard.js'
import { CommandError, type Lab, type Namespace, run, setSysctls } from './lab.js'
import {
  buildScene,
  canBeAsked,
  checkScene,
  SceneError,
  type SceneNamespaces,
  sceneNamespaces,
} from './scene.js'
import { restoreCommand, type Tools } from './tools.js'

/**
 * Builds a scene in a lab, which ends it when it closes, and has everybody listen. The node has no
 * rules yet.
 *
 * @throws SceneError if it cannot be built
 */
export async function openWorld(scene: Scene, tools: Tools, lab: Lab): Promise<World> {
  checkScene(scene)
  const namespaces = await sceneNamespaces(lab)
  const agents = startAgents(lab, namespaces, scene)
  const guard = guardText(scene)
  const nft = (words: readonly string[], input?: string): Promise<string> =>
    run(namespaces.node, [...tools.nft, ...words], input)
  await buildScene(lab, scene, namespaces)
  await Promise.all([agents.listen(scene.listeners), nft(['-f', '-'], guard)])
  const notes = openStrayNotes(nft)
  const ports = openPorts()
  const rules = openRules(namespaces.node, tools)
  return {
    load: async ruleset => {
      const refusal = await rules.replace(ruleset)
      // The guard comes last, because the rules may flush what was there before them.
      await nft(['-f', '-'], guard)
      if (refusal) throw refusal
    },
    list: async () =>
      rules.kind() === 'iptables' ? rules.save() : withoutGuard(await nft(['-j', 'list ruleset'])),
    arrivals: async () => parseArrivals(await nft(LIST_ARRIVALS)),
    probe: async (client, to, { times, patience }) => {
      const order = { to: askable(client, to), from: client.ip, times, patience }
      const firstPort = ports.take(client.ip, times)
      const outcomes = await agents.of(client.ip).probe({ ...order, firstPort })
      return observe(notes, client, to, outcomes)
    },
  }
}

interface Agents {
  /** Has everybody answer where their addresses live. */
  readonly listen: (places: readonly Place[]) => Promise<void>
  /** The one that sends from an address. */
  readonly of: (ip: Ip) => Agent
}

function startAgents(lab: Lab, { node, hosts }: SceneNamespaces, scene: Scene): Agents {
  const ofNode = new Set(scene.node.addresses)
  const isNode = (ip: Ip): boolean => ofNode.has(ip) || isLoopback(ip)
  const atNode = startAgent(lab, node)
  // One process sends and another answers, so that both cores have work.
  const [sender, answerer] = [startAgent(lab, hosts), startAgent(lab, hosts)]
  return {
    of: ip => (isNode(ip) ? atNode : sender),
    listen: async listeners => {
      const places = [...new Map(listeners.map(place => [placeKey(place), place])).values()]
      const sockets = places.filter(isSocketPlace)
      await Promise.all([
        atNode.serve(sockets.filter(({ ip }) => isNode(ip))),
        answerer.serve(sockets.filter(({ ip }) => !isNode(ip))),
      ])
    },
  }
}

const placeKey = ({ ip, port, protocol }: Place): string => `${protocol} ${ip} ${port}`

const isSocketPlace = (place: Place): place is Place & SocketPlace => place.protocol !== 'sctp'

function askable(client: Client, to: Place): SocketPlace {
  if (!isSocketPlace(to)) throw new SceneError(`there are no probes of protocol ${to.protocol}`)
  if (!canBeAsked(to.ip)) throw new SceneError(`nothing can be sent to ${to.ip}`)
  if (familyOf(to.ip) !== familyOf(client.ip))
    throw new SceneError(`${client.name} cannot send from ${client.ip} to ${to.ip}`)
  return to
}

/** What is known of probes when the notes of the node are read, too. */
async function observe(
  notes: StrayNotes,
  { ip }: Client,
  to: Place,
  outcomes: readonly Outcome[],
): Promise<readonly Observation[]> {
  const strayOf = outcomes.some(({ kind }) => kind !== 'answer')
    ? await notes.read(familyOf(ip))
    : undefined
  return outcomes.map(outcome => {
    if (outcome.kind === 'answer') {
      const { at, source, port } = outcome
      return {
        kind: 'answer',
        at: { ip: ipOf(at.ip), port: at.port },
        source: ipOf(source),
        ...(port > 0 ? { port } : {}),
      }
    }
    const at = strayOf?.(to.protocol, ip, outcome.port)
    return at ? { kind: 'stray', at } : { kind: outcome.kind }
  })
}

const ipOf = (text: string): Ip => parseIp(text)?.ip ?? (text as Ip)

type Kind = Ruleset['kind']
type IptablesRuleset = Extract<Ruleset, { kind: 'iptables' }>

/** The rules of a node, which may change their language. */
export interface NodeRules {
  /** Puts rules in the place of all there are; what their tool refuses leaves some of them, or none. */
  readonly replace: (ruleset: Ruleset) => Promise<RulesetError | undefined>
  /** The language of the rules that are there; nft where there are none. */
  readonly kind: () => Kind
  /** What iptables-save and ip6tables-save print, as far as those families were loaded. */
  readonly save: () => Promise<string>
}

/** The rules of a node that has none yet. */
function openRules(node: Namespace, { nft, restore }: Tools): NodeRules {
  let current: Kind = 'nft'
  let loaded: readonly Family[] = []
  /** Beside each restore command stands the one that saves, which takes no lock. */
  const saveCommand = (family: Family): readonly string[] => {
    const words = restore[family] ?? [restoreCommand(family)]
    const own = words.findIndex(word => word.endsWith('restore'))
    return words.slice(0, own + 1).map(word => word.replace(/restore$/, 'save'))
  }
  const restoreIn = (family: Family, text: string): Promise<unknown> =>
    run(node, restore[family] ?? [restoreCommand(family)], text)

  /** Legacy iptables has its rules beside those of nft, and beside each other. */
  const clear = async (): Promise<void> => {
    await run(node, [...nft, 'flush ruleset'])
    if (current !== 'iptables') return
    for (const family of FAMILIES) {
      const tables = await run(node, ['sh', '-c', `cat ${LEGACY_TABLES[family]} 2>/dev/null || :`])
      if (tables !== '') await restoreIn(family, emptyTables(tables.trim().split('\n')))
    }
  }

  const loadIptables = async ({ texts, localhost }: IptablesRuleset): Promise<void> => {
    await setSysctls(node, [`net/ipv4/conf/all/route_localnet=${localhost ? 1 : 0}`])
    loaded = FAMILIES.filter(family => texts[family] !== undefined)
    for (const family of loaded)
      await said(restoreCommand(family), restoreIn(family, texts[family] ?? ''))
  }

  return {
    kind: () => current,
    save: async () => {
      const texts: string[] = []
      for (const family of loaded) texts.push(await run(node, saveCommand(family)))
      return texts.join('')
    },
    replace: async ruleset => {
      await clear()
      current = ruleset.kind
      const loading =
        ruleset.kind === 'iptables'
          ? loadIptables(ruleset)
          : said('nft', run(node, [...nft, '-f', '-'], ruleset.text))
      return loading.then(
        () => undefined,
        (error: unknown) => {
          if (error instanceof RulesetError) return error
          throw error
        },
      )
    },
  }
}

/** Where the kernel lists the tables of legacy iptables, a line each, of the asking namespace. */
const LEGACY_TABLES: Readonly<Record<Family, string>> = {
  IPv4: '/proc/net/ip_tables_names',
  IPv6: '/proc/net/ip6_tables_names',
}

const ALL_CHAINS = ['PREROUTING', 'INPUT', 'FORWARD', 'OUTPUT', 'POSTROUTING']
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  filter: ['INPUT', 'FORWARD', 'OUTPUT'],
  security: ['INPUT', 'FORWARD', 'OUTPUT'],
  nat: ['PREROUTING', 'INPUT', 'OUTPUT', 'POSTROUTING'],
  raw: ['PREROUTING', 'OUTPUT'],
}

/** Without its chains a legacy table would keep their policies. */
const emptyTables = (names: readonly string[]): string =>
  names
    .flatMap(name => [
      `*${name}`,
      ...(CHAINS[name] ?? ALL_CHAINS).map(chain => `:${chain} ACCEPT`),
      'COMMIT\n',
    ])
    .join('\n')

/** @throws RulesetError with what the tool said, where it refused */
async function said(tool: string, work: Promise<unknown>): Promise<void> {
  try {
    await work
  } catch (error) {
    throw error instanceof CommandError ? new RulesetError(tool, error.stderr) : error
  }
}
