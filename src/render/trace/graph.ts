/** What a part of a dispatch graph stands for; each kind has a shape. */
export type GraphNodeKind = 'client' | 'frontend' | 'policy' | 'backend' | 'end'

export interface GraphNode {
  readonly id: string
  readonly kind: GraphNodeKind
  /** Foreign text among them. */
  readonly lines: readonly string[]
}

export interface GraphEdge {
  readonly from: string
  readonly to: string
  readonly label?: string
}

/** How the traffic of a Service finds its backends: addresses, policies, endpoints with their shares. */
export interface DispatchGraph {
  readonly title: string
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}
