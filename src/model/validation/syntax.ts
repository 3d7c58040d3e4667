/** A rule for names, with what it asks for in words that complete `must be`. */
export interface Syntax {
  readonly fits: (text: string) => boolean
  readonly expect: string
}

// The lengths are tested first, since the text may be megabytes.
const within = (longest: number, pattern: RegExp) => (text: string) =>
  text.length <= longest && pattern.test(text)

/** DNS-1123 label (RFC 1123), as names of namespaces and ports and, since 1.34, of Services. */
export const DNS_LABEL: Syntax = {
  fits: within(63, /^[a-z0-9]+(?:-+[a-z0-9]+)*$/),
  expect: 'at most 63 characters of a-z, 0-9 and -, beginning and ending with a letter or digit',
}

/** DNS-1123 subdomain (RFC 1123), as most names. */
export const DNS_SUBDOMAIN: Syntax = {
  fits: within(253, /^[a-z0-9]+(?:(?:-+|\.)[a-z0-9]+)*$/),
  expect:
    'at most 253 characters of a-z, 0-9, - and ., each part beginning and ending with a letter or digit',
}

/** Value of a label; may be empty. */
export const LABEL_VALUE: Syntax = {
  fits: within(63, /^(?:[A-Za-z0-9]+(?:[-_.]+[A-Za-z0-9]+)*)?$/),
  expect:
    'at most 63 characters of A-Z, a-z, 0-9, -, _ and ., beginning and ending with a letter or digit',
}

/** Name of a container port, an IANA service name (RFC 6335) in lower case. */
export const PORT_NAME: Syntax = {
  fits: within(15, /^(?=.*[a-z])[a-z0-9]+(?:-[a-z0-9]+)*$/),
  expect: 'at most 15 characters of a-z, 0-9 and single -, at least one of them a letter',
}
