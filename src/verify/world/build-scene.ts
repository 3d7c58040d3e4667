import { FAMILIES, type Family } from '../../address/address.js'
import type { Scene } from '../../traffic/packet.js'
import type { Lab, Namespace } from '../lab/netns.js'
import { CommandError, run } from '../lab/run.js'
import { SceneError } from './check-scene.js'
import {
  HOSTS_PLAN,
  hostsCommands,
  NODE_OPTIONAL_SETTINGS,
  NODE_PLAN,
  nodeCommands,
  podPlan,
  uplinkCommand,
} from './wiring.js'

/** The namespaces of a scene that somebody works in. */
export interface SceneNamespaces {
  readonly node: Namespace
  /** The sockets of all others. */
  readonly hosts: Namespace
}

/** The namespaces of a scene, not joined yet. */
export async function sceneNamespaces(lab: Lab): Promise<SceneNamespaces> {
  const [node, hosts] = await lab.namespaces([NODE_PLAN, HOSTS_PLAN])
  if (node === undefined || hosts === undefined) throw new SceneError('no namespaces')
  return { node, hosts }
}

/**
 * Builds a scene around its namespaces: the pods, and what joins them all.
 *
 * @throws SceneError with the reason if the kernel refuses
 */
export async function buildScene(
  lab: Lab,
  scene: Scene,
  { node, hosts }: SceneNamespaces,
): Promise<void> {
  const pids = { node: node.pid, hosts: hosts.pid }
  const pods = scene.pods.map((pod, index) => podPlan(pod, index, scene, pids))
  try {
    await Promise.all([
      lab.namespaces(pods),
      script(node, [...NODE_OPTIONAL_SETTINGS, ...batch('ip', [uplinkCommand(hosts.pid)])]),
    ])
    await Promise.all([
      script(node, batch('ip', nodeCommands(scene))),
      script(
        hosts,
        FAMILIES.flatMap(family => batch(`ip ${FLAGS[family]}`, hostsCommands(scene, family))),
      ),
    ])
  } catch (error) {
    if (error instanceof CommandError) throw new SceneError(`cannot be built: ${error.message}`)
    throw error
  }
}

const FLAGS: Readonly<Record<Family, string>> = { IPv4: '-4', IPv6: '-6' }

/** Does all that is to be done in a namespace in one process. */
const script = (namespace: Namespace, lines: readonly string[]): Promise<string> =>
  run(namespace, ['sh', '-e'], lines.join('\n'))

const batch = (command: string, commands: readonly string[]): readonly string[] => [
  `${command} -batch - <<'end'`,
  ...commands,
  'end',
]
