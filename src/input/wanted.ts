import type { FieldPath } from '../diagnostics/diagnostic.js'

/** The fields to be found in one document, as a tree of their paths. */
export interface Wanted {
  /** Indexes of the requests that ask for this very field. */
  readonly requests: number[]
  readonly children: Map<string, Wanted>
  /** Where the field was found. */
  offset?: number
}

/** The tree of some paths; requests are numbered as they come. */
export function wantedTree(paths: readonly FieldPath[]): Wanted {
  const root: Wanted = { requests: [], children: new Map() }
  paths.forEach((path, request) => {
    let node = root
    for (const step of path) {
      const key = String(step)
      const child = node.children.get(key) ?? { requests: [], children: new Map() }
      node.children.set(key, child)
      node = child
    }
    node.requests.push(request)
  })
  return root
}

/** Offset for each request: that of its field, or of the nearest parent that was found. */
export function foundOffsets(root: Wanted, fallback: number): number[] {
  const offsets: number[] = []
  const visit = (node: Wanted, parent: number): void => {
    const offset = node.offset ?? parent
    for (const request of node.requests) offsets[request] = offset
    for (const child of node.children.values()) visit(child, offset)
  }
  visit(root, fallback)
  return offsets
}
