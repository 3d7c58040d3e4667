import type { Observation } from './observation.js'
import type { Client, Place } from './scene.js'

/** Rules for the node, in the language of the tool that loads them. */
export interface Ruleset {
  readonly kind: 'nft'
  readonly text: string
}

/** Rules that their tool refuses; the message is the tool's own. */
export class RulesetError extends Error {
  override readonly name = 'RulesetError'
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
  /** `nft -j list ruleset` of the node, without what the scene itself needs. */
  list(): Promise<string>
  /** One observation for each of the probes. */
  probe(client: Client, to: Place, how: Effort): Promise<readonly Observation[]>
  /** New connections that arrived anywhere so far. */
  arrivals(): Promise<number>
}
