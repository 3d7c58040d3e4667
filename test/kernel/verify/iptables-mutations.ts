import type { Mutation } from './mutations.js'
import {
  ANSWERED,
  NOT_MASQUERADED,
  OTHER_SOURCE,
  REFUSED,
  SILENT,
  STRANGE,
  STRAY,
  UNFAITHFUL,
} from './wordings.js'

/** One way to break the shop's rules for iptables, and how verification is to notice. */
export type IptablesMutation = Omit<Mutation, 'layout'>

const broken = (
  tries: Mutation['tries'],
  replace: RegExp,
  by: string,
  says: RegExp,
): IptablesMutation => ({ tries, replace, by, says })

/** Every line that has some parts, in order. */
const line = (...parts: readonly string[]): RegExp => {
  const escaped = parts.map(part => part.replace(/[.$|*+?()[\]^]/g, '\\$&'))
  return new RegExp(`^.*${escaped.join('.*')}.*\\n`, 'gm')
}

/** Every mutation by what it does. */
export const IPTABLES_MUTATIONS: Readonly<Record<string, IptablesMutation>> = {
  'no rules at all': broken(['web'], /^[\s\S]*$/, '', ANSWERED),
  'nothing is marked': broken(['web'], line('-A KUBE-MARK-MASQ -j MARK'), '', NOT_MASQUERADED),
  'nothing is masqueraded': broken(['web'], line('-j MASQUERADE'), '', NOT_MASQUERADED),
  'everything is masqueraded': broken(['local'], line('-j RETURN'), '', OTHER_SOURCE),
  'ClusterIPs are not masqueraded for outside': broken(
    ['web'],
    line('! -s 10.244.0.0/16 -j KUBE-MARK-MASQ'),
    '',
    NOT_MASQUERADED,
  ),
  'ClusterIPs are masqueraded for pods too': broken(
    ['web'],
    / ! -s 10\.244\.0\.0\/16(?= -j KUBE-MARK-MASQ)/g,
    '',
    OTHER_SOURCE,
  ),
  'node ports and external addresses are not masqueraded': broken(
    ['web'],
    line('masquerade traffic for'),
    '',
    NOT_MASQUERADED,
  ),
  'the node reaches Local destinations without masquerade': broken(
    ['local'],
    line('masquerade LOCAL traffic for'),
    '',
    /masquerade/,
  ),
  'a hairpin rule is gone': broken(['solo'], line('-s 10.244.1.10 -j KUBE-MARK-MASQ'), '', SILENT),
  'a hairpin rule of an endpoint elsewhere is gone': broken(
    ['remote'],
    line('-s 10.244.2.10 -j KUBE-MARK-MASQ'),
    '',
    NOT_MASQUERADED,
  ),
  'shares are skewed': broken(
    ['web'],
    /(shop\/web:.*--probability) 0\.5000000000/g,
    '$1 0.7500000000',
    /share/,
  ),
  'weights are ignored': broken(['weighted'], /0\.7500000000/g, '0.5000000000', /share/),
  'a backend is missing': broken(['web'], line('shop/web:', ' -> 10.244.1.10'), '', /share|never/),
  'a backend is another one': broken(
    ['solo'],
    /(shop\/solo:.*--to-destination) 10\.244\.1\.10/g,
    '$1 10.244.2.10',
    STRANGE,
  ),
  'a backend port is wrong': broken(
    ['solo'],
    /(shop\/solo:.*--to-destination 10\.244\.1\.10):8080/g,
    '$1:8081',
    STRAY,
  ),
  'affinity is not looked up': broken(['sticky'], line('--rcheck'), '', UNFAITHFUL),
  'affinity is not recorded': broken(['sticky'], / -m recent --name \S+ --set/g, '', UNFAITHFUL),
  'no endpoints: drop instead of reject': broken(['empty'], /-j REJECT/g, '-j DROP', SILENT),
  'no endpoints: nothing refuses': broken(['empty'], line('has no endpoints'), '', ANSWERED),
  'no endpoints: nothing refuses at the node port': broken(
    ['empty'],
    line('has no endpoints" -m addrtype'),
    '',
    ANSWERED,
  ),
  'no endpoints: nothing refuses what is forwarded': broken(
    ['empty'],
    line('-A FORWARD', '-j KUBE-SERVICES'),
    '',
    ANSWERED,
  ),
  'no endpoints: the node is refused at external addresses': broken(
    ['empty'],
    /^-A OUTPUT .*NEW.*-j KUBE-SERVICES$/gm,
    '$&\n-A OUTPUT -j KUBE-EXTERNAL-SERVICES',
    REFUSED,
  ),
  'no local endpoints: reject instead of drop': broken(
    ['lonely', 'remote'],
    /(has no local endpoints.*) -j DROP/g,
    '$1 -j REJECT',
    REFUSED,
  ),
  'no local endpoints: nothing drops': broken(
    ['remote'],
    line('has no local endpoints'),
    '',
    ANSWERED,
  ),
  'source ranges are not enforced': broken(
    ['fenced'],
    line('traffic not accepted by'),
    '',
    ANSWERED,
  ),
  'source ranges are too wide': broken(
    ['fenced'],
    / -s 192\.168\.50\.100\/32(?= -j KUBE-EXT)/g,
    '',
    ANSWERED,
  ),
  'source ranges are others': broken(
    ['fenced'],
    /192\.168\.50\.100\/32/g,
    '192.168.50.101/32',
    SILENT,
  ),
  'source ranges bind external addresses too': broken(
    ['fenced'],
    /-d 203\.0\.113\.14 --dport 80 -j KUBE-EXT-\S+(\n.* -d 198\.51\.100\.14 --dport 80) -j (\S+)/g,
    '-d 203.0.113.14 --dport 80 -j $2$1 -j $2',
    ANSWERED,
  ),
  'Local leads outside to endpoints elsewhere': broken(
    ['local'],
    /-j KUBE-SVL-/g,
    '-j KUBE-SVC-',
    STRANGE,
  ),
  'internal Local leads to endpoints elsewhere': broken(
    ['inner'],
    /-j KUBE-SVL-/g,
    '-j KUBE-SVC-',
    STRANGE,
  ),
  'Local leads nobody outside to endpoints here': broken(
    ['local'],
    /^-A KUBE-EXT-\S+ -j KUBE-SVL-\S+\n/gm,
    '',
    ANSWERED,
  ),
  'pods get no short circuit': broken(['remote', 'local'], line('pod traffic for'), '', /./),
  'the node gets no short circuit': broken(
    ['remote', 'local'],
    line('route LOCAL traffic for'),
    '',
    /./,
  ),
  'the node itself gets no DNAT': broken(
    ['web'],
    /^-A OUTPUT -m comment .*-j KUBE-SERVICES\n/gm,
    '',
    /./,
  ),
  'others get no DNAT': broken(['web'], line('-A PREROUTING'), '', /./),
  'an external address is not served': broken(
    ['web'],
    line('-d 203.0.113.10 --dport 80 -j KUBE-EXT'),
    '',
    /203\.0\.113\.10:80 answered/,
  ),
  'a load balancer address leads to the ClusterIP chain': broken(
    ['web'],
    /(-d 198\.51\.100\.10 --dport 80 -j KUBE-)EXT/g,
    '$1SVC',
    NOT_MASQUERADED,
  ),
  'node ports are not served': broken(['web'], line('this must be the last rule'), '', ANSWERED),
  'node ports are served at one address alone': broken(
    ['web'],
    /-m addrtype --dst-type LOCAL(?= -j KUBE-NODEPORTS)/g,
    '-d 192.168.50.11',
    /172\.31\.0\.1/,
  ),
  'node ports are not served on localhost': broken(
    ['web'],
    /(--dst-type LOCAL)(?= -j KUBE-NODEPORTS)/g,
    '$1 ! -d 127.0.0.0/8',
    /127\.0\.0\.1 30010/,
  ),
  'localhost is open to other addresses': broken(
    ['empty'],
    line('block incoming localnet'),
    '',
    REFUSED,
  ),
  'wrong ports of ClusterIPs are refused': broken(
    ['web'],
    /^-A KUBE-SERVICES (?=.*has no endpoints)/m,
    '-A KUBE-SERVICES -d 10.96.0.10 -j REJECT\n$&',
    REFUSED,
  ),
  'UDP is not served': broken(['web'], line('shop/web:udp cluster IP', '-j KUBE-SVC'), '', /./),
  'somebody else drops what is forwarded to a pod': broken(
    ['solo'],
    /^(?=-A FORWARD)/m,
    '-A FORWARD -d 10.244.1.10 -j DROP\n',
    SILENT,
  ),
}
