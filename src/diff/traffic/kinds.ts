/** What can happen to traffic, each by the name that --fail-on takes. */
export const CHANGE_KINDS = {
  new: 'a destination that did not exist',
  lost: 'a destination that exists no more',
  refused: 'clients that are refused now: no endpoints',
  dropped: 'clients whose packets are dropped now: no local endpoint',
  served: 'clients that were refused or dropped and reach backends now',
  exposed: 'sources that are let in now: source ranges, addresses of node ports',
  restricted: 'sources that are kept out now',
  backends: 'other backends',
  shares: 'the same backends, with other shares of new flows',
  masquerade: 'clients whose address backends see no more, or again',
  affinity: 'another session affinity',
  guard:
    'traffic to no destination: other ports of a ClusterIP, addresses of a service CIDR that nobody has',
  node: 'a node that is on one side alone (--all-nodes)',
} as const satisfies Record<string, string>

export type ChangeKind = keyof typeof CHANGE_KINDS
export const CHANGE_KIND_NAMES = Object.keys(CHANGE_KINDS) as ChangeKind[]
