// What users choose between, as data: the registry of layouts has the code for each name.

/** Every mode of kube-proxy that is compiled, by the name that --proxy-mode takes. */
export const PROXY_MODES = ['nftables', 'iptables'] as const
export type ProxyMode = (typeof PROXY_MODES)[number]

/** Every layout of nftables mode by the name that --layout takes, in a phrase. */
export const LAYOUT_NAMES = {
  'kube-proxy': "kube-proxy's own (1.36 and later)",
  maps: 'shared chains and a few named maps, which load in time proportional to the Services',
} as const
export type LayoutName = keyof typeof LAYOUT_NAMES

/** Every form of the rules of iptables mode by the name that --form takes, in a phrase. */
export const FORM_NAMES = {
  body: "kube-proxy's chains alone, for iptables-restore --noflush",
  jumps: 'a shell script that puts the jumps to them into the built-in chains',
  full: 'chains and jumps in one file for iptables-restore without --noflush, which ERASES all other rules of filter and nat',
} as const
export type FormName = keyof typeof FORM_NAMES

/** All layouts, or all forms, in a phrase each, for the help. */
export const phrasesOf = (names: Readonly<Record<string, string>>): string =>
  Object.entries(names)
    .map(([name, phrase]) => `${name}, ${phrase}`)
    .join('; ')
