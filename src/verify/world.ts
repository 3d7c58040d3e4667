import type { Family } from '../address/address.js'
import type { Client, Place } from '../traffic/packet.js'
import type { Observation } from './observation.js'

/** Rules for the node, in the language of the tool that loads them. */
export type Ruleset =
  | { readonly kind: 'nft'; readonly text: string }
  | {
      readonly kind: 'iptables'
      /** Whole tables of each family; one that is absent has no rules. */
      readonly texts: Readonly<Partial<Record<Family, string>>>
      /** Whether the node is to route IPv4 loopback addresses, as node ports on localhost need it. */
      readonly localhost: boolean
    }

/** Rules that their tool refuses; the message is the tool's own. */
export class RulesetError extends Error {
  override readonly name = 'RulesetError'
  /** As whose words the message is shown, e.g. `nft`. */
  readonly tool: string

  constructor(tool: string, message: string) {
    super(message)
    this.tool = tool
  }
}

/** How a probe is sent. */
export interface Effort {
  /** Number of probes, each from a source port of its own. */
  readonly times: number
  /** Milliseconds without an answer that count as silence. */
  readonly patience: number
}

/** A scene that was built and lives: the only thing that verification does anything to. */
export interface World {
  /**
   * Puts rules in the place of those before.
   *
   * @throws RulesetError
   */
  load(ruleset: Ruleset): Promise<void>
  /**
   * `nft -j list ruleset` of the node, without what the scene itself needs; nothing where the rules are
   * in another language.
   */
  list(): Promise<string | undefined>
  /** One observation for each of the probes. */
  probe(client: Client, to: Place, how: Effort): Promise<readonly Observation[]>
  /** New connections that arrived anywhere so far. */
  arrivals(): Promise<number>
}
