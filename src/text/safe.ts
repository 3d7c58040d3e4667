import { IDENTIFIER } from '../rules/names.js'
import { invariant } from '../util/errors.js'

// The one gate in front of the templates, which print what they get. Input is checked long before,
// with messages for the user; what fails here is a bug, and must not reach a rule file.

const ADDRESS = /^[0-9a-f.:]+(?:\/\d{1,3})?$/
const KEY_PART = /^(?:[0-9a-f.:]+(?:\/\d{1,3})?|tcp|udp|sctp)$/
const COMMENT = /^[ !#-[\]-~]{1,128}$/
const INTERFACE = /^[A-Za-z0-9._@:-]{1,15}$/
const WORD = /^[a-z0-9][a-z0-9-]{0,31}$/
const CHAIN = /^[A-Z][A-Z0-9-]{0,27}$/
const IPTABLES_COMMENT = /^[A-Za-z0-9 ._:;/>[\]-]{1,255}$/
const LABEL = /^[A-Za-z0-9._:/-]{1,255}$/

const gate =
  (pattern: RegExp, what: string) =>
  (text: string): string => {
    if (pattern.test(text)) return text
    // Made in this case alone: hundreds of thousands of texts pass.
    invariant(false, `${what} is not fit for a rule: ${JSON.stringify(text)}`)
  }

/** Names of tables, chains, sets and maps: nft reads them without quotes, at most 255 long. */
export const identifier = gate(IDENTIFIER, 'name')
/** Addresses and CIDRs. */
export const address = gate(ADDRESS, 'address')
/** Parts of element keys: addresses, CIDRs, protocols, numbers. */
export const keyPart = gate(KEY_PART, 'key')
/** Comments: at most 128 bytes, and nft knows no way to escape a quote. */
export const comment = gate(COMMENT, 'comment')
/** Names of interfaces, at most 15 bytes in the kernel. */
export const interfaceName = gate(INTERFACE, 'interface name')
/** Chains and lists of iptables: at most 28 bytes, and read without quotes. */
export const chainName = gate(CHAIN, 'chain name')
/**
 * Comments of iptables, which cuts longer ones without a word. Scripts have them in double quotes too,
 * where a shell would look for more than quotes.
 */
export const iptablesComment = gate(IPTABLES_COMMENT, 'comment')
/** Names of nodes and service ports in comments of the file. */
export const label = gate(LABEL, 'label')
/** Words of nft's own: protocols, levels, codes. */
export const word = gate(WORD, 'word')
