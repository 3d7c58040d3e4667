import { type Entry, error, warning } from '../entry.js'

/** KN073-KN077: the annotations kubenat.dev/hash and kubenat.dev/hash-buckets. */
export const HASH = {
  KN073: error({
    title: 'invalid hash annotation',
    reason:
      'kubenat.dev/hash says what of a client decides which endpoint it gets, instead of chance: source-ip, its address, or source-ip-port, its address and source port.',
    remedy: 'Write source-ip or source-ip-port, or remove the annotation.',
  }),
  KN074: error({
    title: 'invalid number of hash buckets',
    reason:
      'kubenat.dev/hash-buckets is the size of the table from hashes to endpoints, beside kubenat.dev/hash. Only in a prime number of buckets does every endpoint come to all of them, which is what keeps shares even.',
    remedy:
      'Write a prime from 3 to 65521, such as 61, 251, 1021, 4093 or 16381, or remove the annotation.',
  }),
  KN075: error({
    title: 'hash together with session affinity',
    reason:
      'Both decide which endpoint a client gets. ClientIP affinity remembers it on each node by itself, the hash gives the same answer on all nodes and remembers nothing: with both, records would hide the hash.',
    remedy: 'Set sessionAffinity: None, or remove kubenat.dev/hash.',
  }),
  KN076: warning({
    title: 'hash without effect in iptables mode',
    reason:
      'iptables has no match that hashes a packet, so the endpoint is chosen by chance, as without the annotation: a client gets another one with each connection, and on each node.',
    remedy:
      'Use --proxy-mode nftables, or sessionAffinity: ClientIP in the place of kubenat.dev/hash.',
  }),
  KN077: warning({
    title: 'too few hash buckets',
    reason:
      'With fewer buckets than the sum of the weights (each 1 where none are set), some endpoints get more than their share, and some may get no client at all.',
    remedy:
      'Write a larger prime in kubenat.dev/hash-buckets, or remove it: the default is at least 20 for each endpoint.',
  }),
} as const satisfies Record<string, Entry>
