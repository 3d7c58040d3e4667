import { familyOf, type Ip, isLoopback, parseIp } from '../../address/address.js'
import type { Client, Place, Scene } from '../../traffic/packet.js'
import { type Agent, startAgent } from '../lab/agents.js'
import type { Lab } from '../lab/netns.js'
import type { Outcome, SocketPlace } from '../lab/orders.js'
import { run } from '../lab/run.js'
import type { Tools } from '../lab/tools.js'
import type { Observation } from '../observation.js'
import type { World } from '../world.js'
import { buildScene, type SceneNamespaces, sceneNamespaces } from './build-scene.js'
import { canBeAsked, checkScene, SceneError } from './check-scene.js'
import { guardText, LIST_ARRIVALS, parseArrivals, withoutGuard } from './guard.js'
import { openRules } from './node-rules.js'
import { openPorts } from './ports.js'
import { openStrayNotes, type StrayNotes } from './stray-notes.js'

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
      rules.kind() === 'iptables' ? undefined : withoutGuard(await nft(['-j', 'list ruleset'])),
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
      const { at, source } = outcome
      return { kind: 'answer', at: { ip: ipOf(at.ip), port: at.port }, source: ipOf(source) }
    }
    const at = strayOf?.(to.protocol, ip, outcome.port)
    return at ? { kind: 'stray', at } : { kind: outcome.kind }
  })
}

const ipOf = (text: string): Ip => parseIp(text)?.ip ?? (text as Ip)
