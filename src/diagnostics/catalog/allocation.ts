import { type Entry, error, warning } from './entry.js'

/** KN080-KN084: --allocate, the stand-in for the API server's allocation. */
export const ALLOCATION = {
  KN080: error({
    title: 'invalid allocation file',
    reason:
      'The file of --allocate is not what kubenat writes. Going on without it could give addresses that are in use to other Services.',
    remedy:
      'Mend the file or restore it from a backup; without the file all values are chosen anew.',
  }),
  KN081: error({
    title: 'nothing left to allocate',
    reason:
      'Every address of the service CIDRs of this family, or every port of the node port range, is in use.',
    remedy:
      'Add a service CIDR, widen --service-node-port-range, or remove Services that are not needed.',
  }),
  KN082: error({
    title: 'explicit value outside the range that is allocated from',
    reason:
      'As an API server does, --allocate accepts a cluster IP of the service CIDRs only, and neither their network address nor an IPv4 broadcast address.',
    remedy:
      'Write an address of the service CIDRs, correct --service-cidr, or leave clusterIP out.',
  }),
  KN083: warning({
    title: 'allocation moved to another value',
    reason:
      'A Service now names a value that had been allocated to another, or the ranges no longer hold it. What is written always wins, so the allocated value moves; clients that use the old one lose it.',
    remedy:
      'Write another value if the old one matters, best in the lower part of the range, which is given out last.',
  }),
  KN084: error({
    title: 'no service CIDR to allocate from',
    reason: 'The Service wants an address of a family of which no service CIDR is known.',
    remedy:
      'Pass --service-cidr or add a ServiceCIDR object, or correct ipFamilies and ipFamilyPolicy.',
  }),
} as const satisfies Record<string, Entry>
