import type { DiagnosticCode } from '../diagnostics/catalog/index.js'
import type { Diagnostics, FieldPath } from '../diagnostics/diagnostic.js'
import type { Node } from '../model/node.js'
import { groupBy } from '../util/collections.js'
import type { Ignored } from './ignore.js'
import type { Tell } from './lint.js'
import { REGISTRY, type RegisteredCode } from './registry.js'
import { nodesText } from './words.js'
import type { World } from './world.js'

interface NodeRemark {
  readonly node: Node
  readonly path: FieldPath
  readonly message: (who: string) => string
}

/** Runs every lint, or on input with errors those that look at one object at a time. */
export function runLints(world: World, ignored: Ignored, problems: Diagnostics): void {
  const isSound = problems.errorCount === 0
  for (const code of Object.keys(REGISTRY) as RegisteredCode[]) {
    const { needs, check } = REGISTRY[code]
    if (!isSound && needs === 'all') continue
    const remarks: NodeRemark[] = []
    const tell: Tell = {
      field: (object, path, message) => {
        if (object) problems.report(code, object, path, message)
        else problems.reportRun(code, message)
      },
      node: (node, path, message) => remarks.push({ node, path, message }),
    }
    check(world, tell)
    tellOfNodes(code, remarks, ignored, problems)
  }
}

/** One finding for what is the same on several nodes; a node that ignores it stands apart. */
function tellOfNodes(
  code: DiagnosticCode,
  remarks: readonly NodeRemark[],
  ignored: Ignored,
  problems: Diagnostics,
): void {
  const groups = groupBy(remarks, ({ node, path, message }) => {
    const isIgnored =
      node.object !== undefined && ignored.get(node.object.place)?.has(code) === true
    return JSON.stringify([isIgnored, path, message('')])
  })
  for (const group of groups.values()) {
    const [first] = group
    if (!first) continue
    const text = first.message(nodesText(group.map(({ node }) => node.name)))
    if (first.node.object) problems.report(code, first.node.object, first.path, text)
    else problems.reportRun(code, text)
  }
}
