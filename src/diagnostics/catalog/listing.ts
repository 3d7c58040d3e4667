import { type Entry, error } from './entry.js'

/** KN120: what nft printed on a node. */
export const LISTING = {
  KN120: error({
    title: 'not a listing of nft',
    reason:
      'The text is not, or not all of, what nft prints with -j, so it does not tell the rules of a node. A listing of a single chain or set leaves out what its rules refer to.',
    remedy:
      'Save the whole output of `nft -j list table ip kube-proxy` or `nft -j list ruleset`, run as root on the node.',
  }),
} as const satisfies Record<string, Entry>
