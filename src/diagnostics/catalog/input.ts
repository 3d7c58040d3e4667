import { type Entry, error, warning } from '../entry.js'

/** KN001-KN015: reading and parsing. KN020-KN025: names and addresses of any object. */
export const INPUT = {
  KN001: error({
    title: 'input cannot be read',
    reason: 'A file, directory or stream is missing, may not be read, or failed half-way.',
    remedy:
      'Check the path and its permissions; `-f -` reads standard input, and `-R` descends into directories.',
  }),
  KN002: error({
    title: 'no objects in the input',
    reason:
      'The input is empty or holds no object that rules are made of. Rules made of nothing would take every Service of the node away, so none are written.',
    remedy:
      'Give the output of `kubectl get services,endpointslices,nodes -A -o json`; if it comes through a pipe, check that kubectl succeeded.',
  }),
  KN003: error({
    title: 'YAML or JSON syntax error',
    reason: 'The text breaks the grammar at the place shown, as a truncated file does at its end.',
    remedy: 'Mend the place shown, or fetch the file again.',
  }),
  KN004: error({
    title: 'input is not text',
    reason: 'The input is not UTF-8 text, or holds control characters that YAML and JSON forbid.',
    remedy: 'Give YAML or JSON in UTF-8; unpack compressed files first.',
  }),
  KN005: warning({
    title: 'duplicate key',
    reason:
      'One mapping has the same key twice. The last is taken, as kubectl does, while other readers refuse the text or keep the first.',
    remedy: 'Remove one of the two.',
  }),
  KN006: error({
    title: 'too many aliases',
    reason:
      'The YAML aliases expand to far more than the text holds, which is how an alias bomb fills the memory.',
    remedy: 'Write the repeated parts out, or give the objects as JSON.',
  }),
  KN007: error({
    title: 'not a Kubernetes object',
    reason:
      'A document or list item is not a mapping with the strings apiVersion and kind, so nothing tells what it describes.',
    remedy:
      'Give each object its apiVersion and kind; put several into a List with items, or into documents parted by `---`.',
  }),
  KN008: warning({
    title: 'integer with a leading zero',
    reason:
      'YAML 1.1 reads such a number as octal and YAML 1.2 as decimal: 0443 is 291 to the one and 443 to the other.',
    remedy: 'Write the number without the zero, or quote it if it is meant as text.',
  }),
  KN009: error({
    title: 'version of a kind that is not read',
    reason:
      'The kind is read in its stable version only (v1, for EndpointSlice discovery.k8s.io/v1); the fields of older versions mean other things.',
    remedy:
      'Fetch the object again with kubectl, which asks for the version the cluster prefers, or convert it.',
  }),
  KN010: error({
    title: 'two different objects of one name',
    reason:
      'Two objects of one kind, namespace and name differ. A cluster holds only one of them, and nothing tells which.',
    remedy: 'Remove the stale one, or give one of them another name.',
  }),
  KN011: error({
    title: 'required field is missing',
    reason: 'The API server refuses the object without this field, and no default stands for it.',
    remedy: 'Add the field.',
  }),
  KN012: error({
    title: 'value of the wrong type or out of range',
    reason: 'The API server refuses the value, so no cluster has an object like this.',
    remedy:
      'Write what the message asks for; in YAML mind the quotes, since "80" is text and 80 a number.',
  }),
  KN013: warning({
    title: 'syntax error in a document that is not read',
    reason:
      'The document breaks the grammar of YAML or JSON, but it names a kind that no rules are made of, so it is passed over.',
    remedy: 'Mend the place shown: kubectl refuses the document.',
  }),
  KN014: warning({
    title: 'document that is no Kubernetes object',
    reason:
      'A document has neither apiVersion nor kind nor metadata, such as the values of a Helm chart or a kustomization among manifests. It is passed over; what would come of it by its own tool is not read.',
    remedy: 'Give what that tool makes of it, or leave the file out.',
  }),
  KN015: warning({
    title: 'folder of a kustomization',
    reason:
      'The folder holds a kustomization file. Its manifests are read one by one as they stand there, not with the namespace, names, patches and generated objects that kustomize would give them.',
    remedy: 'Pipe the output of `kubectl kustomize DIR` into kubenat, by `-f -`.',
  }),

  KN020: error({
    title: 'invalid name, namespace or label value',
    reason:
      'Names and label values are made of a few safe characters; the API server refuses others. Chain names and comments are made of them, and slices find their Service by them.',
    remedy:
      'Use lower-case letters, digits and - (and . where the message allows it), beginning and ending with a letter or digit.',
  }),
  KN021: error({
    title: 'invalid IP address',
    reason:
      'The text is no IPv4 or IPv6 address. Host names, ports, zones (%eth0), blanks and short forms such as 10.1 are not allowed.',
    remedy: 'Write a complete address such as 192.0.2.7 or 2001:db8::7.',
  }),
  KN022: error({
    title: 'invalid CIDR',
    reason:
      'The text is no address with a prefix length, from 0 to 32 in IPv4 and from 0 to 128 in IPv6.',
    remedy:
      'Write a CIDR such as 192.0.2.0/24 or 2001:db8::/64; a single address is a /32 or /128.',
  }),
  KN023: warning({
    title: 'address in a dubious spelling',
    reason:
      'Leading zeros and IPv4-mapped IPv6 addresses mean different addresses to different programs: nft reads 010 as 8, kube-proxy as 10. The address is read as kube-proxy reads it; newer API servers refuse it.',
    remedy: 'Write the address that the message shows.',
  }),
  KN024: warning({
    title: 'CIDR with host bits',
    reason:
      'The address has bits set beyond the prefix length. As in kube-proxy they are cleared, so the range is wider than it may look; newer API servers refuse it.',
    remedy: 'Write the CIDR that the message shows, or the prefix length that was meant.',
  }),
  KN025: error({
    title: 'address that no service traffic can use',
    reason:
      'Unspecified, loopback, link-local and multicast addresses reach no other host as a unicast destination; the API server refuses them as external IPs and as endpoints.',
    remedy:
      'Write an address that is routed to the node (external IP) or to the backend (endpoint).',
  }),
} as const satisfies Record<string, Entry>

/** KN120-KN124: what nft printed on a node. */
export const LISTING = {
  KN120: error({
    title: 'not a listing of nft',
    reason:
      'The text is not, or not all of, what nft prints with -j, so it does not tell the rules of a node. A listing of a single chain or set leaves out what its rules refer to.',
    remedy:
      'Save the whole output of `nft -j list table ip kube-proxy` or `nft -j list ruleset`, run as root on the node.',
  }),
  KN121: warning({
    title: "listing without kube-proxy's table",
    reason:
      "The listing holds no table kube-proxy of a family that is asked for: the rules are not loaded there, were flushed, or the listing is of another table or node. What other tables do to packets is told all the same; a difference shows all of kube-proxy's destinations as new.",
    remedy:
      'List the whole rule set as root on the node (`nft -j list ruleset`), or narrow the families by --ip-family.',
  }),
  KN122: error({
    title: 'listing of a node in iptables mode',
    reason:
      "The tables nat and filter hold kube-proxy's chains of iptables mode (KUBE-SERVICES), and there is no table kube-proxy. nft lists the names of iptables' extensions, but not what they ask for, so its listing does not tell these rules.",
    remedy:
      'Save the output of `iptables-save` and `ip6tables-save`, which tell all of it; to compare with nftables mode, see `kubenat migrate`.',
  }),
  KN123: warning({
    title: 'rules of both modes of kube-proxy',
    reason:
      "Beside the table kube-proxy stand kube-proxy's chains of iptables mode (KUBE-SERVICES): left over from before a change of modes, they still translate packets.",
    remedy:
      'Run `kube-proxy --cleanup` of the release that made them, or take them out by iptables-restore.',
  }),
  KN124: error({
    title: 'listing without elements',
    reason:
      'The table kube-proxy has chains of Services, but no element in any set or map: it was listed with -t (terse).',
    remedy: 'List it without -t: `nft -j list ruleset`.',
  }),
} as const satisfies Record<string, Entry>

/** KN130-KN134: the file of verify --flows. */
export const FLOWS = {
  KN130: error({
    title: 'invalid flows file',
    reason:
      'The file of --flows does not have the shape that its schema gives it, or a value in it contradicts another. What is misspelt would be checked by nobody.',
    remedy:
      'Write what the message asks for; `kubenat help verify` shows an example, and src/schema/flows.json is the schema.',
  }),
  KN131: error({
    title: 'unknown client of a flow',
    reason:
      'The sender of a flow is neither a kind of client nor an address, or the scene has no such client in the family of the destination.',
    remedy:
      'Write outside, pod, pod-elsewhere, node, backend or an IP address; the backends of a flow are the endpoints on this node.',
  }),
  KN132: error({
    title: 'unknown destination of a flow',
    reason:
      'No Service of the objects has this name, port, family or kind of destination, so there is nothing to send packets to.',
    remedy:
      'Correct namespace/service:port or via, or add the Service; any other place is named as address:port/protocol.',
  }),
  KN133: error({
    title: 'unknown backend of a flow',
    reason:
      'A backend that a flow expects is no endpoint of the Service, or of any Service where the flow names an address. Nobody would answer there.',
    remedy: 'Write ip:port of an endpoint, IPv6 in brackets, or add its EndpointSlice.',
  }),
  KN134: error({
    title: 'flow that leaves open what the objects do not say',
    reason:
      'What a flow does not say is taken from the objects. Where they promise that no backend answers, they tell neither which backends shall do so nor whether the source is masqueraded.',
    remedy: 'Give the flow both backends and masquerade, or another verdict.',
  }),
} as const satisfies Record<string, Entry>

/** KN140-KN141: what silences findings of `kubenat check`. */
export const CHECK = {
  KN140: error({
    title: 'invalid settings file',
    reason:
      'The file .kubenat.yaml (or that of --settings) holds a key or a value that is not known. A misspelt one would leave a check on or off unnoticed.',
    remedy:
      'Write check (disable, failOnWarn, severity) and options (flags of compile without dashes), and ids as `kubenat explain` lists them.',
  }),
  KN141: warning({
    title: 'ignore annotation without effect',
    reason:
      'The annotation kubenat.dev/ignore holds ids of findings to be silenced for this object, with commas between them. This id is unknown, or one of an error: what forbids a compile cannot be silenced.',
    remedy: 'Correct the id as `kubenat explain` lists it, or remove it.',
  }),
} as const satisfies Record<string, Entry>
