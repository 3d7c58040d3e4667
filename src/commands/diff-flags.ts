/** Formats that tell what becomes of traffic. */
export const TRAFFIC_FORMATS = ['text', 'json', 'markdown', 'github'] as const
export type TrafficFormat = (typeof TRAFFIC_FORMATS)[number]

/** What the command takes beside the options of a compile. */
export interface DiffFlags {
  /** What is to change into what; with `live`, only the latter. */
  readonly paths: readonly string[]
  readonly output: TrafficFormat | 'nft'
  readonly recursive: boolean
  readonly config: string | undefined
  /** A listing of what is loaded on the node. */
  readonly live: string | undefined
  readonly allNodes: boolean | undefined
  /** Kinds of changes, or lists of them. */
  readonly failOn: readonly string[] | undefined
}

/** The two inputs by their paths; with a listing, both are the same. */
export interface DiffPaths {
  readonly before: string
  readonly after: string
}
