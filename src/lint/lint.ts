import type { FieldPath } from '../diagnostics/diagnostic.js'
import type { InputObject } from '../input/objects.js'
import type { Node } from '../model/node.js'
import type { World } from './world.js'

/** Takes what a lint has found. */
export interface Tell {
  /** A finding about a field; about the input as a whole where there is no object. */
  field(object: InputObject | undefined, path: FieldPath, message: string): void
  /**
   * A finding about a field of a Node. Those that say the same of several nodes become one, on the
   * first of them.
   *
   * @param message with `node a` or `3 nodes (a, b, c)` put in
   */
  node(node: Node, path: FieldPath, message: (who: string) => string): void
}

/** One check of `kubenat check`, beyond what a compile looks at. */
export interface Lint {
  /**
   * `object` lints look at one object at a time. `all` lints compare objects: where one is left out
   * because of an error, the others look wrong, so they run on sound input only.
   */
  readonly needs: 'object' | 'all'
  readonly check: (world: World, tell: Tell) => void
}
